using LstmLab.Charts;

namespace LstmLab.Tests.Charts;

/// <summary>One figure of each kind.</summary>
internal static class Samples
{
    private static readonly double[] Xs = [1, 2, 3, 4, 5, 6];
    private static readonly double[] Ys = [0.5, 0.25, double.NaN, 0.125, 0.0625, 0.03];
    private static readonly string[] Categories = ["LSTM", "persistence"];

    public static XyFigure Lines() => Figure.New("Loss falls, then <stalls> & \"rests\" 遗忘门")
        .Axes(x: "epoch", y: "mean squared error", yLog: true)
        .Band(Xs, [0.4, 0.2, 0.2, 0.1, 0.05, 0.02], [0.6, 0.3, 0.3, 0.2, 0.08, 0.04], "middle 80 % of seeds", Role.Train)
        .Line(Xs, Ys, "training", Role.Train)
        .Line(Xs, Ys.Select(y => 2 * y), "held out", Role.HeldOut)
        .HorizontalLine(0.0099, "document", Role.Document)
        .VerticalLine(4, "early stop")
        .Note(5, 0.0625, "a note");

    public static XyFigure Points() => Figure.New("Points").Axes(x: "a", y: "b").Points(Xs, Ys, "seeds");

    public static XyFigure Bars() => Figure.New("Bars").Axes(y: "error in °C")
        .Bars(Categories, [2.5, 3.5], low: [2.25, 3], high: [3, 4], format: "0.00", roles: [Role.Forecast, Role.Baseline]);

    public static XyFigure Grouped() => Figure.New("Groups")
        .GroupedBars(Categories, "0.0", ("train", [1.0, 2.0], Role.Train), ("held out", [1.5, 2.5], Role.HeldOut));

    public static XyFigure Histogram() => Figure.New("Histogram").Axes(x: "loss", xLog: true)
        .Histogram(Enumerable.Range(1, 100).Select(k => k * 0.01), 10, "seeds")
        .VerticalLine(0.0099, "document", Role.Document);

    public static HeatmapFigure Signed() => Figure.Heatmap(
        "Weights", new double[,] { { -1, 0.5 }, { double.NaN, 2 } }, ["i", "f"], ["x0", "x1"], signed: true, x: "input", y: "gate",
        scale: "weight");

    public static HeatmapFigure Large() => Figure.Heatmap(
        "Gradient", [.. Enumerable.Range(0, 30).Select(r => Enumerable.Range(0, 40).Select(c => Math.Exp(-r - c)).ToArray())],
        logScale: true);

    public static PixelFigure Picture() => Figure.Pixels("A picture", new Pixels(3, 2, [255, 0, 0, 0, 255, 0, 0, 0, 255, .. new byte[9]]));

    public static GraphFigure Graph() => Figure.Graph(
        "A cell",
        [new Node("f", "σ", 0, 1, Role: Role.ForgetGate), new Node("t", "⊙", 0, 0, NodeShape.Circle),
        new Node("c", "c(t)", 2, 0, NodeShape.Plain)],
        [new Edge("f", "t", "f", Role: Role.ForgetGate), new Edge("t", "c", Bend: 0.2),
        new Edge("c", "t", Dash: Dash.Dash) { Via = [(2, -1), (0, -1)] }, new Edge("f", "f")]);

    public static PanelFigure Panels() => Figure.Panels("Both", 2, Lines().Size(400, 300), Signed(), Graph());

    public static IEnumerable<Figure> All() =>
        [Lines(), Points(), Bars(), Grouped(), Histogram(), Signed(), Large(), Picture(), Graph(), Panels()];
}
