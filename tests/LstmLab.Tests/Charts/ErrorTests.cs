using LstmLab.Charts;
using Xunit;

namespace LstmLab.Tests.Charts;

public class ErrorTests
{
    private static readonly string[] AB = ["a", "b"];

    public static TheoryData<string, Action> Mistakes => new()
    {
        { "Line 'training': 'y' must hold 3 values, one for each of 'x', but holds 2.", () =>
        Figure.New("t").Line([1, 2, 3], [1.0, 2.0], "training") },
        { "Band: 'high' must hold 2 values, one for each of 'x', but holds 1.", () => Figure.New("t").Band([1, 2], [1.0, 2.0], [1.0]) },
        { "Bars 'mae': 'values' must hold 2 values, one for each of 'categories', but holds 1.", () =>
        Figure.New("t").Bars(AB, [1.0], "mae") },
        { "Bars: whiskers need both 'low' and 'high', but 'high' is missing.", () => Figure.New("t").Bars(AB, [1.0, 2], low: [1, 1]) },
        { "Bars: 'roles' must hold 2 values, one for each of 'values', but holds 1.", () =>
        Figure.New("t").Bars(AB, [1.0, 2], roles: [Role.Truth]) },
        { "Bars: a figure has one set of categories; expected 'a, b', found 'a'.", () =>
        Figure.New("t").Bars(AB, [1.0, 2]).Bars(["a"], [1.0]) },
        { "Axes: the range of y must be finite, positive and increasing, but is (0, 1).", () =>
        Figure.New("t").Axes(yLog: true, yRange: (0, 1)) },
        { "HorizontalLine 'goal': its value must be finite, but is –.", () => Figure.New("t").HorizontalLine(double.NaN, "goal") },
        { "goal: a line at 0 cannot be drawn on a log axis, which holds values > 0.", () =>
        Figure.New("t").Axes(yLog: true).HorizontalLine(0, "goal").ToSvg() },
        { "loss: no value can be drawn: loss: 2 of 2 values ≤ 0, not drawn on the log axis.", () =>
        Figure.New("t").Axes(yLog: true).Line([0.0, -1], "loss").ToSvg() },
        { "Heatmap 't': row 1 must hold 2 values as row 0 does, but holds 1.", () => Figure.Heatmap("t", [[1.0, 2], [3.0]]) },
        { "Heatmap 't': 1 row labels are needed, but there are 2.", () => Figure.Heatmap("t", [[1.0]], rowLabels: AB) },
        { "Heatmap 't': a log scale needs magnitudes; set signed or logScale, not both.", () =>
        Figure.Heatmap("t", [[1.0]], signed: true, logScale: true) },
        { "Graph 't': the arrow a → b needs a node 'b', but there is none.", () =>
        Figure.Graph("t", [new Node("a", "A", 0, 0)], [new Edge("a", "b")]) },
        { "Graph 't': ids of nodes must differ, but 'a' occurs 2 times.", () =>
        Figure.Graph("t", [new Node("a", "A", 0, 0), new Node("a", "B", 1, 0)], []) },
        { "Panels 't': panels hold single figures, but 'Both' is made of panels.", () => Figure.Panels("t", 1, Samples.Panels()) },
        { "Table 't': row 0 must hold 2 cells, one for each header, but holds 1.", () => Table.Of("t", AB, ["x"]) },
        { "Table: there is no column 'c'; the columns are 'a, b'.", () => Table.Of("t", AB).Format("0.0", "c") },
        { "LiveCurve: 1 values are needed, one for each of 'loss', but there are 2.", () =>
        new LiveCurve(Figure.New("t"), ("loss", Role.Train)).Add(1, 2, 3) },
    };

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void A_mistake_is_named_with_what_was_expected_and_found(string message, Action mistake) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(mistake).Message);
}
