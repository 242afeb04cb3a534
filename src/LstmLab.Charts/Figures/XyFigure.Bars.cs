using System.Numerics;
using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

public sealed partial class XyFigure
{
    /// <summary>One bar for each category, from 0 to its value, with optional whiskers such as an interval over seeds.</summary>
    /// <param name="categories">Names along x.</param>
    /// <param name="values">One value for each category.</param>
    /// <param name="name">What the bars are, for the legend.</param>
    /// <param name="role">Meaning, which fixes the color.</param>
    /// <param name="low">Lower ends of the whiskers; none if null.</param>
    /// <param name="high">Upper ends of the whiskers; none if null.</param>
    /// <param name="format">Format in which values are printed above the bars, as <c>0.00</c>; none if null.</param>
    /// <param name="roles">One role for each bar, in place of one for all.</param>
    /// <exception cref="ArgumentException">Lengths differ, only one of low and high is given, or the figure has other
    /// categories.</exception>
    public XyFigure Bars<T>(
        Texts categories, IEnumerable<T> values, Bilingual? name = null, Role role = Role.Auto,
        IEnumerable<T>? low = null, IEnumerable<T>? high = null, string? format = null, Role[]? roles = null)
        where T : INumberBase<T>
    {
        string series = SeriesName("Bars", name);
        var heights = Arrays.From(values, series, "values", CheckCategories(categories).Count, "categories");
        if (low is null != high is null)
            throw new ArgumentException($"{series}: whiskers need both 'low' and 'high', but "
                + $"'{(low is null ? "low" : "high")}' is missing.");
        var bars = BarsAt(name, categories, heights, 0, 0.7, Palette.Of(role), format) with
        {
            Low = low is null ? null : Arrays.From(low, series, "low", heights.Length, "values"),
            High = high is null ? null : Arrays.From(high, series, "high", heights.Length, "values"),
            Colors = roles is null ? null : Colors(series, roles, heights.Length),
        };
        return new(state with { Categories = categories, Marks = state.Marks.Add(bars) });
    }

    /// <summary>Several bars side by side for each category, one for each group; the legend names the groups.</summary>
    /// <param name="categories">Names along x.</param>
    /// <param name="format">Format in which values are printed above the bars; none if null.</param>
    /// <param name="groups">Name, one value for each category, and role of each group.</param>
    /// <exception cref="ArgumentException">There is no group, lengths differ, or the figure has other categories.</exception>
    public XyFigure GroupedBars<T>(Texts categories, string? format, params (Bilingual Name, IEnumerable<T> Values, Role Role)[] groups)
        where T : INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (groups.Length == 0)
            throw new ArgumentException("GroupedBars: at least one group is needed, but there is none.");
        CheckCategories(categories);
        var next = state with { Categories = categories };
        double width = 0.8 / groups.Length;
        for (int g = 0; g < groups.Length; g++)
        {
            var (name, values, role) = groups[g];
            var heights = Arrays.From(values, SeriesName("GroupedBars", name), "values", categories.Count, "categories");
            var bars = BarsAt(name, categories, heights, (g - (groups.Length - 1) / 2.0) * width, width * 0.92, Palette.Of(role),
                format);
            next = next with { Marks = next.Marks.Add(bars) };
        }

        return new(next);
    }

    /// <summary>Counts values in bins of equal width (of equal ratio on a log x axis). All histograms of a figure share their
    /// bins.</summary>
    /// <param name="values">The sample. NaN and infinite values are left out and counted beneath the figure.</param>
    /// <param name="bins">Number of bins over the range of all samples of the figure.</param>
    /// <param name="name">What the sample is, for the legend.</param>
    /// <param name="role">Meaning, which fixes the color.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one bin.</exception>
    public XyFigure Histogram<T>(IEnumerable<T> values, int bins = 40, Bilingual? name = null, Role role = Role.Auto)
        where T : INumberBase<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var sample = new Sample(name, Arrays.From(values, SeriesName("Histogram", name), "values"), bins,
            Palette.Of(role));
        return new(state with { Samples = state.Samples.Add(sample) });
    }

    private static string[] Colors(string series, Role[] roles, int expected) => roles.Length == expected
        ? [.. roles.Select((r, k) => r == Role.Auto ? Palette.At(k).Color : Palette.Of(r).Color)]
        : throw new ArgumentException($"{series}: 'roles' must hold "
        + $"{expected} values, one for each of 'values', but holds {roles.Length}.");

    private Texts CheckCategories(Texts categories)
    {
        ArgumentNullException.ThrowIfNull(categories);
        if (state.Categories is { } known && !known.Select(name => name.English).SequenceEqual(categories.Select(name => name.English)))
        {
            throw new ArgumentException(
                $"Bars: a figure has one set of categories; expected "
                + $"'{string.Join(", ", known)}', found '{string.Join(", ", categories)}'.");
        }

        return categories;
    }

    private static Bars BarsAt(
        Bilingual? name, Texts categories, double[] heights, double offset, double width, Style style, string? format) => new(
        name,
        [.. heights.Select((_, k) => k + offset - width / 2)],
        [.. heights.Select((_, k) => k + offset + width / 2)],
        heights,
        0,
        style,
        1,
        Labels: format is null ? null : Ticks.Apart(heights, format),
        Categories: categories);
}
