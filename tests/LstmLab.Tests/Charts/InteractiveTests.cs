using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Jint;
using LstmLab.Charts;
using LstmLab.Charts.Display;
using LstmLab.Charts.Interaction;
using LstmLab.Tests.House;
using Xunit;

namespace LstmLab.Tests.Charts;

/// <summary>Figures with controls: what is stored of their pictures, and that the page's script makes each picture of it again.</summary>
public partial class InteractiveTests
{
    private static readonly string[] Letters = ["x", "f", "c"];

    private static readonly Control Bias = Control.Slider(("forget bias", "遗忘门偏置"), ["-1", "0", "1"], start: 2);
    private static readonly Control Unit = Control.Picker(("unit", "隐藏单元"), ["0", "1"]);

    // The page as far as the script touches it before there is a figure.
    private const string Page = """
        var window = globalThis;
        window.document = {
          createElement: () => ({ setAttribute: () => { }, append: () => { } }), head: { append: () => { } }, addEventListener: () => { },
          querySelectorAll: () => [], documentElement: { dataset: {} },
        };
        window.setTimeout = () => { };
        """;

    private static string Script => File.ReadAllText(Repository.PathOf("src", "LstmLab.Charts", "Display", "figures.js"));

    public static TheoryData<string> Kinds => [.. Interactive().Keys];

    [Theory, MemberData(nameof(Kinds))]
    public void The_script_makes_every_picture_in_every_width_and_language_of_what_is_stored(string kind)
    {
        var (figure, drawn) = Interactive()[kind];
        var stored = Stored(figure.ToHtml());
        var engine = new Engine();
        engine.Execute(Page + Script);
        int languages = (int)stored["languages"]!;

        Assert.Equal(2, languages);
        for (int k = 0; k < drawn[0].Sheet().Parts.Count; k++)
        {
            var chart = stored["charts"]![k]!;
            engine.SetValue("stored", chart.ToJsonString());
            int index = 0;
            foreach (var language in new[] { Language.English, Language.Chinese })
            {
                foreach (bool narrow in (int)chart["widths"]! == 1 ? new[] { false } : [false, true])
                {
                    foreach (var picture in drawn.Select(f => f.Sheet().Parts[k]).Select(part => narrow ? part.Narrow! : part.Wide))
                    {
                        var made = JsonNode.Parse(Evaluate(engine, $"lstmlab.frame(JSON.parse(stored), {index++})"))!;
                        var expected = FigureJson.Chart(picture, language);
                        Assert.True(JsonNode.DeepEquals(expected["data"], made["data"]), $"{language}, narrow {narrow}: data");
                        Assert.True(JsonNode.DeepEquals(expected["layout"], made["layout"]), $"{language}, narrow {narrow}: layout");
                    }
                }
            }
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void The_same_figure_gives_the_same_bytes_and_its_static_picture_names_the_controls(string kind)
    {
        var figure = Interactive()[kind].Figure;

        Assert.Equal(figure.ToHtml(), Interactive()[kind].Figure.ToHtml());
        Assert.Equal(1, Regex.Count(figure.ToHtml(), "</script"));
        Assert.Contains("Interactive on an exported page and in Jupyter: ", figure.ToSvg(), StringComparison.Ordinal);
        Assert.Contains("在导出的网页和 Jupyter 中可以交互：", figure.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("control '", figure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_starts_with_the_values_asked_for()
    {
        var figure = Figure.Interactive(at => Figure.New($"{at[0]} and {at[1]}").Line([0.0, at[0] + at[1]]), Bias, Unit);

        Assert.Equal("2 and 0", figure.Title.English);
        Assert.StartsWith("Figure: 2 and 0", figure.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 and 0", figure.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_change_is_stored_once()
    {
        double[] many = [.. Enumerable.Range(0, 1000).Select(k => Math.Sin(k))];
        string Stored(int values) => Figure.Interactive(
            at => Figure.New("t").Axes(yRange: (-9, 9)).Line(many).HorizontalLine(at[0] * 0.1, "level"),
            Control.Slider("level", Enumerable.Range(0, values).Select(k => $"{k}").ToArray())).ToHtml();

        Assert.InRange(Stored(40).Length - Stored(20).Length, 1, 20 * 200);
    }

    [Fact]
    public void Frames_hold_arrays_that_grow_and_members_that_come_and_go()
    {
        JsonObject[] charts =
        [
            JsonNode.Parse("""{"a":[{"t":"x"}],"n":[1,2,3,4,5],"k":{"only":1}}""")!.AsObject(),
            JsonNode.Parse("""{"a":[{"t":"y"},{"t":"z"}],"n":[1,2,3,4,6],"k":{}}""")!.AsObject(),
            JsonNode.Parse("""{"a":[],"n":[9,8,7,6,5,4],"k":{"only":null}}""")!.AsObject(),
        ];
        var engine = new Engine();
        engine.Execute(Page + Script);
        for (int start = 0; start < charts.Length; start++)
        {
            engine.SetValue("stored", Frames.Of(charts, start).ToJsonString());
            for (int k = 0; k < charts.Length; k++)
                Assert.Equal(charts[k].ToJsonString(), Evaluate(engine, $"lstmlab.frame(JSON.parse(stored), {k})"), Members);
        }
    }

    [Fact]
    public void Fractions_are_stored_with_seven_digits_and_whole_numbers_with_all() =>
        Assert.Equal("[0.1234568,20130115,1234568,null,\"0.123456789\"]",
            Frames.Rounded(JsonNode.Parse("[0.123456789,20130115,1234567.89,null,\"0.123456789\"]"))!.ToJsonString());

    [Fact]
    public void Where_no_script_runs_Plotly_itself_has_the_slider_of_a_single_control()
    {
        var one = Figure.Interactive(at => Bent(at[0], 0), Bias);
        var layout = JsonNode.Parse(one.ToPlotlyJson())!["layout"]!;
        Assert.Equal(["data", "layout"], JsonNode.Parse(one.ToPlotlyJson())!.AsObject().Select(part => part.Key));
        var slider = layout["sliders"]![0]!;
        var args = slider["steps"]![0]!["args"]!;

        Assert.Equal((2, 3), ((int)slider["active"]!, slider["steps"]!.AsArray().Count));
        Assert.Equal(["-1", "0", "1"], slider["steps"]!.AsArray().Select(step => (string?)step!["label"]));
        JsonNode bent = FigureJson.Chart(Bent(0, 0).Compose(), Language.English)["data"]![0]!["y"]!;
        Assert.Equal(bent.ToJsonString(), args[0]!["y"]![0]!.ToJsonString());
        Assert.Contains("annotations[", string.Join(' ', args[1]!.AsObject().Select(part => part.Key)), StringComparison.Ordinal);

        var menu = Figure.Interactive(at => Bent(0, at[0]), Unit);
        Assert.Equal(2, JsonNode.Parse(menu.ToPlotlyJson())!["layout"]!["updatemenus"]![0]!["buttons"]!.AsArray().Count);
        var two = Figure.Interactive(at => Bent(at[0], at[1]), Bias, Unit);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Bent(2, 0).ToPlotlyJson()), JsonNode.Parse(two.ToPlotlyJson())));
    }

    public static TheoryData<string, Action> Faults => new()
    {
        { "Interactive: at least one control is needed, but there is none.", () => Figure.Interactive(_ => Samples.Lines()) },
        { "Slider 'b': at least two values are needed to choose from, but there are 1.", () => Control.Slider("b", ["0"]) },
        { "Picker 'u': its start must be an index of its 2 values, 0 to 1, but is 2.", () => Control.Picker("u", ["0", "1"], start: 2) },
        {
            "Interactive: the figure is drawn for each combination of values, at most 250, but there are 3 × 100 = 300: use fewer values.",
            () => Figure.Interactive(_ => Samples.Lines(), Bias, Control.Steps("s", Enumerable.Range(0, 100).Select(k => $"{k}").ToArray()))
        },
        {
            "Interactive: each figure must be drawn like the first one, a single figure, but 'Both' is 3 panels.",
            () => Figure.Interactive(at => at[0] == 0 ? Samples.Lines() : Samples.Panels(), Bias)
        },
    };

    [Theory, MemberData(nameof(Faults))]
    public void A_wrong_call_is_told_what_is_wrong(string message, Action call) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(call).Message);

    private static Dictionary<string, (Figure Figure, Figure[] Drawn)> Interactive() => new()
    {
        ["two controls"] = (Figure.Interactive(at => Bent(at[0], at[1]), Bias, Unit),
            [.. Enumerable.Range(0, 6).Select(k => Bent(k / 2, k % 2))]),
        ["heatmap"] = (
            Figure.Interactive(at => Warm(at[0]), Control.Steps("epoch", ["1", "2", "3"])), [.. Enumerable.Range(0, 3).Select(Warm)]),
        ["graph"] = (
            Figure.Interactive(at => Pass(at[0]), Control.Steps("step", ["x", "f", "c"], start: 1)),
            [.. Enumerable.Range(0, 3).Select(Pass)]),
        ["panels"] = (
            Figure.Interactive(at => Pair(at[0]), Control.Hover("step", ["0", "1", "2"], start: 1)),
            [.. Enumerable.Range(0, 3).Select(Pair)]),
    };

    private static XyFigure Bent(int bias, int unit) => Figure.New(($"Bias {bias}", $"偏置 {bias}")).Axes(x: ("step", "步"), yLog: true)
        .Line(Enumerable.Range(0, 20).Select(t => Math.Exp(-t / (bias + 1.5)) + unit), ("kept", "保留"), Role.CellState)
        .Note(3, 0.5, (unit == 0 ? "few" : "a few more", "注"));

    private static HeatmapFigure Warm(int epoch) => Figure.Heatmap(("Weights", "权重"),
        [.. Enumerable.Range(0, 3).Select(r => Enumerable.Range(0, 4).Select(c => Math.Sin(r + c + epoch)).ToArray())], signed: true);

    // Labels and colors change, and arrows gain labels.
    private static GraphFigure Pass(int step) => Figure.Graph(("A pass", "一次前向计算"),
        Letters.Select((id, k) => new Node(id, k <= step ? $"{id} = {k}" : id, 1.5 * k, 0, Role: k == step ? Role.CellState : Role.Auto)),
        Letters.Skip(1).Select((id, k) =>
            new Edge(Letters[k], id, k < step ? "σ" : null, Role: k < step ? Role.ForgetGate : Role.Auto) { Width = 1 + step }));

    private static PanelFigure Pair(int step) => Figure.Panels(($"Step {step}", $"第 {step} 步"), 2,
        Figure.New("a").Size(380, 300).Line([1.0, 2, 3], markers: true).VerticalLine(step), Warm(step));

    private static string Evaluate(Engine engine, string expression) => engine.Evaluate($"JSON.stringify({expression})").AsString();

    private static JsonNode Stored(string html) => JsonNode.Parse(Push().Match(html).Groups[1].Value)!;

    private static bool Members(string? expected, string? actual) =>
        JsonNode.DeepEquals(JsonNode.Parse(expected!), JsonNode.Parse(actual!));

    [GeneratedRegex(@"\.push\((.*)\);</script>$", RegexOptions.Singleline)]
    private static partial Regex Push();
}
