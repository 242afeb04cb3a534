using System.Globalization;
using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>What stands in a cell: its text, the verdict that marks it, and the picture that HTML shows instead of the text.</summary>
internal sealed record TableCell(Bilingual Text, Verdict? Mark, Pixels? Picture = null)
{
    private const string Missing = "–";

    public static TableCell Of(object? value, string? format) => value switch
    {
        Verdict verdict => new(Verdicts.Marked(verdict), verdict),
        Marked(var inner, var mark) => new(Verdicts.WithSymbol(mark, Of(inner, format).Text), mark),
        Pixels picture => new(picture.ToString(), null, picture),
        Bilingual text => new(text, null),
        (string english, string chinese) => new((english, chinese), null),
        _ => new(Written(value, format), null),
    };

    public static bool IsMissing(object? value) => value is null or double.NaN or float.NaN;

    public static bool IsNumber(object? value) => (value is Marked m ? m.Value : value)
        is double or float or decimal or int or long or short or byte or uint or ulong;

    private static string Written(object? value, string? format) => value switch
    {
        _ when IsMissing(value) => Missing,
        double or float => Number(Convert.ToDouble(value, CultureInfo.InvariantCulture), format),
        IFormattable number when IsNumber(value) => number.ToString(format ?? "#,0.####", CultureInfo.InvariantCulture).Replace('-', '−'),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value!.ToString() ?? Missing,
    };

    private static string Number(double value, string? format) => format is null ? Ticks.Short(value) : Ticks.Format(value, format);
}

/// <summary>A table cell with a mark of its own: any value together with a verdict on it.</summary>
/// <param name="Value">What stands in the cell.</param>
/// <param name="Mark">The verdict on it.</param>
public sealed record Marked(object? Value, Verdict Mark);
