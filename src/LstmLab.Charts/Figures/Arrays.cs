using System.Numerics;

namespace LstmLab.Charts;

/// <summary>Turns what a cell hands over into arrays of doubles of the length they should have.</summary>
internal static class Arrays
{
    public static double[] From<T>(IEnumerable<T> values, string series, string what)
        where T : INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(values, $"{series}: {what}");
        return [.. values.Select(double.CreateChecked)];
    }

    public static double[] From<T>(IEnumerable<T> values, string series, string what, int expected, string of)
        where T : INumberBase<T>
    {
        var array = From(values, series, what);
        if (array.Length != expected)
        {
            throw new ArgumentException(
                $"{series}: '{what}' must hold {expected} values, one for each of '{of}', but holds {array.Length}.");
        }

        return array;
    }
}
