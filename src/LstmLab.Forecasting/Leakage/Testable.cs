using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Whether a frame can be tested for leaks at all: what cannot be changed cannot show one.</summary>
internal static class Testable
{
    /// <summary>Refuses a frame with columns that are used and cannot be changed.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="from">First row that the test changes.</param>
    /// <param name="knownFuture">Columns that are left as they are.</param>
    /// <param name="doesWithout">Whether the same is made of a frame without a column.</param>
    /// <exception cref="ArgumentException">There are such columns, or none that can be changed; the message names all.</exception>
    public static void Require(DataFrame frame, int from, IReadOnlyList<string> knownFuture, Func<DataFrame, bool> doesWithout)
    {
        DataFrameColumn[] tested = [.. frame.Columns.Where(column =>
            column.DataType != typeof(DateTime) && !knownFuture.Contains(column.Name))];
        string[] stuck = [.. tested.Select(column => (column.Name, Why: Obstacle(column, from)))
            .Where(column => column.Why is not null && !DoesWithout(frame, column.Name, doesWithout))
            .Select(column => $"'{column.Name}' ({column.Why})")];
        if (stuck.Length > 0)
            throw new ArgumentException($"A leak through {string.Join(", ", stuck)} could not be found, as the check cannot change it: "
                + "make numbers of it first, leave it out, or name it among the columns known ahead if it is.", nameof(frame));
        if (!tested.Any(column => Obstacle(column, from) is null))
            throw new ArgumentException($"There is nothing to change from row {from} on: the check needs a column of numbers or booleans "
                + "that is not known ahead.", nameof(frame));
    }

    private static string? Obstacle(DataFrameColumn column, int from) =>
        !Future.CanChange(column) ? $"it holds {column.DataType.Name}"
        : !Future.Cells(column, from).Any() ? $"it has no value from row {from} on" : null;

    private static bool DoesWithout(DataFrame frame, string column, Func<DataFrame, bool> doesWithout)
    {
        DataFrame fewer = frame.Clone();
        fewer.Columns.Remove(column);
        try
        {
            return doesWithout(fewer);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Code of the user's that fails without the column uses it, whatever it throws.
            return false;
        }
    }
}
