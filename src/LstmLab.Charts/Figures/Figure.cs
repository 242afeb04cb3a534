using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using LstmLab.Charts.Display;
using LstmLab.Charts.Rendering;
using LstmLab.Charts.Rendering.Plotly;
using LstmLab.Charts.Rendering.Svg;
using Plotly.NET;

namespace LstmLab.Charts;

/// <summary>A figure of a notebook. Every change gives a new figure; displaying one draws it in the front end's best way.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public abstract class Figure : ISvgDisplay
{
    private protected Figure(Bilingual title, Bilingual? alt)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentException.ThrowIfNullOrWhiteSpace(title.English, nameof(title));
        Title = title;
        AltText = alt;
    }

    /// <summary>The one message of the figure.</summary>
    public Bilingual Title { get; }

    /// <summary>What a reader who cannot see the figure hears; null until <c>Alt</c> sets it, then made of title and contents.</summary>
    public Bilingual? AltText { get; }

    /// <summary>Starts a figure with two axes.</summary>
    /// <param name="title">The one message of the figure.</param>
    public static XyFigure New(Bilingual title) => new(new XyState(title));

    /// <summary>A grid of colored cells, row 0 on top; NaN is left white. Values are printed in the cells of a small grid.</summary>
    /// <param name="title">The one message of the figure.</param>
    /// <param name="values">Values, [rows][columns], rows of equal length.</param>
    /// <param name="rowLabels">One label per row; numbers from 0 if null.</param>
    /// <param name="columnLabels">One label per column; numbers from 0 if null.</param>
    /// <param name="signed">True: blue–white–vermillion, symmetric around 0. False: Cividis from the smallest to the largest
    /// value.</param>
    /// <param name="logScale">Colors follow the logarithm; values ≤ 0 are left out and counted. Not with
    /// <paramref name="signed"/>.</param>
    /// <param name="x">Name of the columns' axis.</param>
    /// <param name="y">Name of the rows' axis.</param>
    /// <param name="scale">Name and unit of the values, written at the color bar.</param>
    /// <exception cref="ArgumentException">Rows differ in length, labels do not fit, no value can be drawn, or both options are
    /// set.</exception>
    [SuppressMessage("Naming", "CA1720", Justification = "Signed is the field's word, not a type.")]
    public static HeatmapFigure Heatmap(
        Bilingual title, double[][] values, Texts? rowLabels = null, Texts? columnLabels = null,
        bool signed = false, bool logScale = false, Bilingual? x = null, Bilingual? y = null, Bilingual? scale = null) =>
        new(title, null, HeatmapGrid.Of(title, values, rowLabels, columnLabels, signed, logScale, x, y, scale));

    /// <summary>A grid of colored cells from a matrix [rows, columns]; otherwise as the overload with an array of rows.</summary>
    /// <inheritdoc cref="Heatmap(Bilingual, double[][], Texts, Texts, bool, bool, Bilingual, Bilingual, Bilingual)"/>
    [SuppressMessage("Naming", "CA1720", Justification = "Signed is the field's word, not a type.")]
    public static HeatmapFigure Heatmap(
        Bilingual title, double[,] values, Texts? rowLabels = null, Texts? columnLabels = null,
        bool signed = false, bool logScale = false, Bilingual? x = null, Bilingual? y = null, Bilingual? scale = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        var rows = Enumerable.Range(0, values.GetLength(0))
            .Select(r => Enumerable.Range(0, values.GetLength(1)).Select(c => values[r, c]).ToArray());
        return Heatmap(title, rows.ToArray(), rowLabels, columnLabels, signed, logScale, x, y, scale);
    }

    /// <summary>A small picture, enlarged by a whole number.</summary>
    /// <param name="title">The one message of the figure.</param>
    /// <param name="pixels">The picture.</param>
    public static PixelFigure Pixels(Bilingual title, Pixels pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        return new(title, null, pixels);
    }

    /// <summary>Several figures in one picture, row by row, each under its own title.</summary>
    /// <param name="title">The one message of the whole.</param>
    /// <param name="columns">Figures in a row, at least 1.</param>
    /// <param name="figures">The figures; none of them panels itself.</param>
    /// <exception cref="ArgumentException">There is no figure, or one of them is made of panels.</exception>
    public static PanelFigure Panels(Bilingual title, int columns, params Figure[] figures) => new(title, null, columns, figures);

    /// <summary>Nodes joined by arrows.</summary>
    /// <param name="title">The one message of the figure.</param>
    /// <param name="nodes">The nodes; ids differ.</param>
    /// <param name="edges">The arrows, between ids of nodes.</param>
    /// <param name="unit">Pixels per unit of the nodes' coordinates.</param>
    /// <exception cref="ArgumentException">Two nodes share an id, or an arrow names a node that is not there.</exception>
    public static GraphFigure Graph(Bilingual title, IEnumerable<Node> nodes, IEnumerable<Edge> edges, double unit = 90) =>
        new(title, null, [.. nodes], [.. edges], unit);

    /// <summary>A figure with controls, which a reader moves on an exported page or in Jupyter, without a network and without a running
    /// kernel: it is drawn here for every combination of values. Where scripts are off, the picture of the start values stands.</summary>
    /// <param name="draw">Draws the figure for the index chosen at each control, in their order; all of them alike, on axes with the same
    /// ranges, so that only what changes moves.</param>
    /// <param name="controls">The controls; the product of their numbers of values is at most 250.</param>
    /// <exception cref="ArgumentException">There is no control, there are too many combinations, or the figures are of different
    /// kinds.</exception>
    public static InteractiveFigure Interactive(Func<int[], Figure> draw, params Control[] controls)
    {
        ArgumentNullException.ThrowIfNull(draw);
        return InteractiveFigure.Of(draw, controls);
    }

    /// <summary>The static picture as SVG, made without a browser: the same bytes for the same figure.</summary>
    public string ToSvg() => SvgPicture.Draw(Still());

    /// <summary>The interactive chart as Plotly JSON, an object with <c>data</c> and <c>layout</c>.</summary>
    public virtual string ToPlotlyJson() => PlotlyChart.Json(ToPlotly());

    /// <summary>The interactive chart as one of Plotly.NET's, to go on with there: <c>Chart.WithTitle</c>, <c>Chart.Combine</c> and so
    /// on.</summary>
    public GenericChart ToPlotly() => PlotlyChart.Of(Compose());

    /// <summary>HTML that shows the static picture, and the interactive chart instead where the page has plotly.js and room.</summary>
    public virtual string ToHtml() => FigureHtml.Of([Sheet()], 0, []);

    /// <summary>The figure in words: title, axes, and what each series holds.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("Figure: ").Append(Title);
        foreach (var line in Describe())
            text.Append('\n').Append(line);
        return text.ToString();
    }

    /// <summary>The figure by MIME type: Plotly JSON as an object, HTML, SVG and plain text.</summary>
    public IReadOnlyDictionary<string, object> ToMimeBundle() => new Dictionary<string, object>
    {
        ["application/vnd.plotly.v1+json"] = JsonNode.Parse(ToPlotlyJson())!,
        ["text/html"] = ToHtml(),
        ["image/svg+xml"] = ToSvg(),
        ["text/plain"] = ToString(),
    };

    internal abstract Picture Compose();

    internal abstract IEnumerable<string> Describe();

    /// <summary>The picture as a page shows it.</summary>
    internal virtual Sheet Sheet()
    {
        Part whole = AsPart();
        return new(whole.Wide, [whole]);
    }

    /// <summary>How many parts the sheet has.</summary>
    internal virtual int PartCount => 1;

    internal Part AsPart() => new(Compose(), Narrow()?.Compose());

    /// <summary>The figure for a telephone; null where it is narrow already or cannot be.</summary>
    internal virtual Figure? Narrow() => null;

    /// <summary>The picture where nothing can be moved.</summary>
    internal virtual Picture Still() => Compose();

    internal Bilingual AltOrDefault => AltText ?? new Bilingual(ToString(), Title.Chinese is null ? null : $"图：{Title.Chinese}");

    /// <summary>The picture of a figure that is one scene.</summary>
    private protected Picture PictureOf(Scene scene) => new(Title, AltOrDefault, scene.Width, scene.Height, [new PlacedScene(0, 0, scene)]);
}
