using System.Numerics;
using System.Numerics.Tensors;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Does something know what it may not? The future is changed and the work done again: what was allowed to see only the past must
/// come out the same, to the last bit. Columns that are given, not made, are tested by how well they predict the target.</summary>
/// <example><code>
/// LeakageCheck.Columns(frame, f => f.With("smooth", Smooth(f.Numbers("load")))).RequirePassed();
/// LeakageCheck.Model(task, new LstmForecaster()).RequirePassed();
/// LeakageCheck.Choice(task, t => Best(t, candidates).Name).RequirePassed();
/// </code></example>
/// <remarks>Numbers of all types and booleans are changed. The change keeps signs, and columns of zeros and ones stay so; text that is used
/// cannot be changed and is refused, and dates are the calendar, which is known ahead.</remarks>
public static partial class LeakageCheck
{
    /// <summary>Checks derived columns: a row may depend on rows up to itself alone, as a centered mean, a lead or a scaling of the whole
    /// column does not.</summary>
    /// <param name="frame">One series, in the order of time.</param>
    /// <param name="derive">From the frame to the one with the columns.</param>
    /// <param name="knownFuture">Columns known ahead, which are left as they are.</param>
    /// <exception cref="ArgumentException">A column that is used cannot be changed, as it holds text or has no value in the last rows; the
    /// message names it.</exception>
    public static LeakageReport Columns(DataFrame frame, Func<DataFrame, DataFrame> derive, params string[] knownFuture)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(derive);
        DataFrame made = derive(frame);
        int rows = checked((int)frame.Rows.Count), lost = rows - checked((int)made.Rows.Count);
        // A few cuts: what looks one row ahead shows at each of them.
        int[] cuts = [.. Enumerable.Range(1, 4).Select(k => rows * k / 5).Where(cut => cut > lost)];
        if (cuts.Length == 0)
            throw new ArgumentException($"Of {rows} rows {lost} are lost, which leaves too few to test.", nameof(frame));
        Testable.Require(frame, cuts[^1], knownFuture, fewer => SameColumns(made, derive(fewer)));
        List<Leak> leaks = [];
        foreach (int cut in cuts)
        {
            DataFrame again = derive(Future.Perturb(frame, cut, knownFuture));
            if (again.Rows.Count != made.Rows.Count || made.Columns.Any(column => again.Columns.IndexOf(column.Name) < 0))
                return new("Columns", [new("The frame", $"its rows or columns are others when rows from {cut} on change.")]);
            foreach (DataFrameColumn column in made.Columns.Where(column => leaks.All(leak => leak.What != Name(column))))
            {
                DataFrameColumn other = again.Columns[column.Name];
                int first = Enumerable.Range(0, cut - lost).FirstOrDefault(row => !Equals(column[row], other[row]), -1);
                if (first >= 0) leaks.Add(new(Name(column), $"its row {first + lost} changes when rows from {cut} on do."));
            }
        }

        return new("Columns", leaks);

        static string Name(DataFrameColumn column) => $"Column '{column.Name}'";
    }

    /// <summary>Checks samples made by code of one's own: they may depend on rows before the end alone.</summary>
    /// <param name="frame">One series, in the order of time.</param>
    /// <param name="end">First row that must not be seen: the end of training, or the start of the test.</param>
    /// <param name="prepare">From the frame to the samples.</param>
    /// <param name="knownFuture">Columns known ahead, which are left as they are.</param>
    /// <exception cref="ArgumentException">A column that is used cannot be changed, as it holds text or has no value in the last rows; the
    /// message names it.</exception>
    public static LeakageReport Samples<T>(DataFrame frame, int end, Func<DataFrame, Dataset<T>> prepare, params string[] knownFuture)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(prepare);
        Dataset<T> samples = prepare(frame);
        Testable.Require(frame, end, knownFuture, fewer => !Differences(samples, prepare(fewer), end).Any());
        return new($"Samples of rows 0 … {end - 1}",
            [.. Differences(samples, prepare(Future.Perturb(frame, end, knownFuture)), end)]);
    }

    private static bool SameColumns(DataFrame made, DataFrame other) => made.Rows.Count == other.Rows.Count
        && other.Columns.All(column => made.Columns.IndexOf(column.Name) is >= 0 and var at
        && column.Cast<object?>().SequenceEqual(made.Columns[at].Cast<object?>()));

    private static IEnumerable<Leak> Differences<T>(Dataset<T> samples, Dataset<T> again, int end)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        string changed = $"when rows from {end} on change.";
        if (samples.Count != again.Count)
        {
            yield return new("Windows", $"there are {samples.Count}, and {again.Count} {changed}");
            yield break;
        }

        T[] x = Tensors.ToArray(samples.X), other = Tensors.ToArray(again.X);
        int width = (int)samples.X.Lengths[2];
        foreach (int column in Enumerable.Range(0, width))
        {
            int[] touched = [.. Enumerable.Range(0, x.Length).Where(n => n % width == column && !x[n].Equals(other[n]))
                .Select(n => n / width % samples.Count).Distinct()];
            if (touched.Length > 0)
                yield return new($"Input {column}", $"{Share(touched.Length)} differ in it, from sample {touched.Min()} on, {changed}");
        }

        T[] y = Tensors.ToArray(samples.Y), otherY = Tensors.ToArray(again.Y);
        int steps = y.Length / samples.Count;
        int[] targets = [.. Enumerable.Range(0, y.Length).Where(n => !y[n].Equals(otherY[n])).Select(n => n / steps).Distinct()];
        if (targets.Length > 0) yield return new("Target", $"{Share(targets.Length)} differ in it, from sample {targets[0]} on, {changed}");

        string Share(int count) => $"{count} of {samples.Count} windows";
    }
}
