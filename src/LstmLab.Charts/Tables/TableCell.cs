using System.Globalization;
using System.Text.Json.Serialization;
using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>What stands in a cell: its text, and the verdict that marks it.</summary>
internal sealed record TableCell(Bilingual Text, Verdict? Mark)
{
    private const string Missing = "–";

    public static TableCell Of(object? value, string? format) => value switch
    {
        Verdict verdict => new(Words(verdict), verdict),
        Marked(var inner, var mark) => new(WithSymbol(mark, Of(inner, format).Text), mark),
        Bilingual text => new(text, null),
        (string english, string chinese) => new((english, chinese), null),
        _ => new(Written(value, format), null),
    };

    public static bool IsMissing(object? value) => value is null or double.NaN or float.NaN;

    public static bool IsNumber(object? value) => (value is Marked m ? m.Value : value)
        is double or float or decimal or int or long or short or byte or uint or ulong;

    public static string Symbol(Verdict verdict) => verdict switch
    {
        Verdict.Holds => "✓",
        Verdict.Fails => "✗",
        _ => "?",
    };

    public static string Words(Verdict verdict) => Symbol(verdict) + verdict switch
    {
        Verdict.Holds => " holds",
        Verdict.Fails => " fails",
        _ => " cannot be settled",
    };

    private static Bilingual WithSymbol(Verdict mark, Bilingual text) =>
        new($"{Symbol(mark)} {text.English}", text.Chinese is null ? null : $"{Symbol(mark)} {text.Chinese}");

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

/// <summary>What the evidence says of a claim. A table shows it with a symbol and in words, not by color alone.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>The claim is true as far as it was tested.</summary>
    Holds,

    /// <summary>The claim is false.</summary>
    Fails,

    /// <summary>The evidence at hand does not decide.</summary>
    CannotBeSettled,
}

/// <summary>A table cell with a mark of its own: any value together with a verdict on it.</summary>
/// <param name="Value">What stands in the cell.</param>
/// <param name="Mark">The verdict on it.</param>
public sealed record Marked(object? Value, Verdict Mark);
