using System.Globalization;

namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>What stands beside the pointer, as a sentence: “LSTM forecast on 2007-03-05: 12.3 °C”.</summary>
internal sealed class PlotlyHover(Scene scene, Language language)
{
    private readonly bool chinese = language == Language.Chinese;

    /// <summary>The template of a line or of points.</summary>
    public string Of(Curve curve) => Sentence(Name(curve.Name), Where(curve.X), Amount(Number("y", scene.Y)));

    /// <summary>The template of the upper edge of a band, whose lower one is its custom data.</summary>
    public string Of(Area area)
    {
        string low = Number("customdata", scene.Y), high = Number("y", scene.Y);
        return Sentence(Name(area.Name), Where(area.X), Amount(chinese ? $"{low} 至 {high}" : $"{low} to {high}"));
    }

    /// <summary>The sentence of each bar.</summary>
    public string[] Of(Bars bars) => [.. bars.Top.Select((_, k) => PlotlyText.Escape(Of(bars, k)))];

    /// <summary>The template of a heatmap's cells; their values are its hover texts.</summary>
    public string OfCells(Words scale)
    {
        string row = $"{Prefix(scene.Y.Title)}%{{y}}", column = $"{Prefix(scene.X.Title)}%{{x}}";
        return $"{row}{(chinese ? "，" : ", ")}{column}{Colon}{Prefix(scale)}%{{hovertext}}<extra></extra>";

        string Prefix(Words words) => words.Empty ? "" : PlotlyText.Escape(Line(words)) + " ";
    }

    private string Colon => chinese ? "：" : ": ";

    private string Of(Bars bars, int k)
    {
        string value = Ticks.Short(bars.Top[k]), name = bars.Name?.In(language) ?? "";
        if (bars.Categories is null)
            return Bin(name, value, Ticks.Short(bars.Left[k]), Ticks.Short(bars.Right[k]));
        string interval = bars.Low is null || !double.IsFinite(bars.Low[k]) ? ""
            : chinese ? $"（{Ticks.Short(bars.Low[k])} 至 {Ticks.Short(bars.High![k])}）"
            : $" ({Ticks.Short(bars.Low[k])} to {Ticks.Short(bars.High![k])})";
        string what = (name.Length == 0 ? "" : name + (chinese ? "，" : ", ")) + bars.Categories[k].In(language);
        return what.ReplaceLineEndings(" ") + Colon + Amount(value) + interval;
    }

    private string Bin(string name, string count, string from, string to)
    {
        string what = name.Length == 0 ? "" : name + Colon;
        return chinese ? $"{what}{from} 至 {to} 之间有 {count} 个" : $"{what}{count} between {from} and {to}";
    }

    private string Sentence(string name, string where, string amount) => chinese
        ? $"{where}{(where.Length > 0 && name.Length > 0 ? "，" : "")}{name}：{amount}<extra></extra>"
        : $"{name}{where}: {amount}<extra></extra>";

    private string Name(Bilingual? name)
    {
        string nameless = scene.Y.Title.Empty ? chinese ? "值" : "value" : Quantity.Name(Line(scene.Y.Title));
        return PlotlyText.Escape((name?.In(language) ?? nameless).ReplaceLineEndings(" "));
    }

    // The place along x: a date, or the axis's name and a number with its unit.
    private string Where(double[] places)
    {
        if (scene.X.Dates)
        {
            bool hours = places.Any(day => double.IsFinite(day) && Math.Abs(day - Math.Round(day)) > 1e-6);
            return chinese ? $"%{{x|%Y年%-m月%-d日{(hours ? " %H:%M" : "")}}}" : $" on %{{x|%Y-%m-%d{(hours ? " at %H:%M" : "")}}}";
        }

        string title = Line(scene.X.Title), unit = Quantity.Unit(title), quantity = Quantity.Name(title);
        string number = places.All(x => !double.IsFinite(x) || x == Math.Round(x)) && !scene.X.Log ? "%{x:,d}" : Number("x", scene.X);
        string at = $"{PlotlyText.Escape(quantity)} {number} {PlotlyText.Escape(unit)}".Trim();
        return chinese ? at : $" at {at}";
    }

    private string Amount(string number)
    {
        string unit = Quantity.Unit(Line(scene.Y.Title));
        return unit.Length == 0 ? number : $"{number} {PlotlyText.Escape(unit)}";
    }

    // Digits that tell points of this axis apart, and no more.
    private static string Number(string of, Scale scale)
    {
        if (scale.Log)
            return $"%{{{of}:{(scale.Min < -6 || scale.Max > 6 ? ".4~g" : ",.4~r")}}}";
        int digits = Math.Clamp(2 - (int)Math.Floor(Math.Log10(scale.Max - scale.Min)), 0, 9);
        return string.Create(CultureInfo.InvariantCulture, $"%{{{of}:,.{digits}f}}");
    }

    private string Line(Words words) => string.Join(chinese ? "" : " ", words.In(language));
}
