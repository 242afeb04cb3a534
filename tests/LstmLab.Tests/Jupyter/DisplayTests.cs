#pragma warning disable CA1822 // Duck typing looks for instance members.
using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.Json.Nodes;
using LstmLab.Jupyter;
using LstmLab.Jupyter.Display;
using Xunit;

namespace LstmLab.Tests.Jupyter;

public class DisplayTests
{
    public static TheoryData<object?, string> PlainValues => new()
    {
        { null, "null" },
        { 42, "42" },
        { 1.0 / 3, "0.3333333333333333" },
        { double.NaN, "NaN" },
        { true, "True" },
        { "text", "text" },
        { DayOfWeek.Friday, "Friday" },
        { new DateTime(2020, 1, 2), "2020-01-02 00:00:00" },
        { new[] { 1.5, 2 }, "[ 1.5, 2 ]" },
        { Array.Empty<int>(), "[ ]" },
        { Enumerable.Range(0, 22).ToArray(), "[ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, ... (2 more) ]" },
        { new[] { [1, 2], new[] { 3 } }, "[ [ 1, 2 ],\n  [ 3 ] ]" },
        { (1, "a", new[] { 2 }), "(1, a, [ 2 ])" },
        { Tensor.Create([1f, 2, 3, 4], [2, 2]), "shape [2, 2]\n[ [ 1, 2 ],\n  [ 3, 4 ] ]" },
        { Task.FromResult(1), "System.Threading.Tasks.Task<System.Int32>" },
        { new[,] { { 1, 2 }, { 3, 4 } }, "[ [ 1, 2 ],\n  [ 3, 4 ] ]" },
        { new Version(1, 2), "1.2" },
        { new InvalidOperationException("bad"), "System.InvalidOperationException: bad" },
    };

    [Theory]
    [MemberData(nameof(PlainValues))]
    public void Simple_values_are_plain_text_alone(object? value, string expected)
    {
        var (mimeType, text) = Assert.Single(DisplayRules.Format(value).Data);
        Assert.Equal("text/plain", mimeType);
        Assert.Equal(expected, (string?)text);
    }

    [Fact]
    public void Records_are_a_table_too() => Assert.Equal(
        "<table>\n<thead><tr><th>Name</th><th>Value</th></tr></thead>\n<tbody>\n<tr><td>a&lt;b</td><td>0.5</td></tr>\n</tbody>\n</table>",
        (string?)DisplayRules.Format(new[] { new Gate("a<b", 0.5) }).Data["text/html"]);

    [Fact]
    public void Long_tables_are_cut()
    {
        var html = (string?)DisplayRules.Format(Enumerable.Range(0, 50).Select(i => new Gate("g", i)).ToArray()).Data["text/html"];
        Assert.Contains("<td>19</td></tr>\n<tr><td colspan=\"2\">30 more rows</td></tr>\n</tbody>", html);
    }

    [Fact]
    public void The_text_of_a_table_is_aligned() => Assert.Equal(
        "member  value\nA       1\nLong    [ 1, 2 ]", (string?)DisplayRules.Format(new { A = 1, Long = new[] { 1, 2 } }).Data["text/plain"]);

    [Fact]
    public void A_bundle_is_found_by_its_method_alone()
    {
        var data = DisplayRules.Format(new Figure()).Data;
        Assert.Equal(["application/vnd.a+json", "application/vnd.b+json", "application/vnd.c+json", "image/png", "text/html"], data.Keys);
        Assert.All(["a", "b", "c"], kind => Assert.Equal(1, (int)data[$"application/vnd.{kind}+json"]["x"]!));
        Assert.Equal("AQI=", (string?)data["image/png"]);
    }

    [Fact]
    public void A_bundle_of_something_else_is_an_error() => Assert.Equal(
        "The MIME bundle's 'text/html' is System.Int32; expected a string.",
        Assert.Throws<ArgumentException>(() => DisplayRules.Format(new WrongFigure())).Message);

    [Fact]
    public void An_attribute_named_as_in_NET_Interactive_is_honored() =>
        Assert.Equal("<b>own</b>", (string?)DisplayRules.Format(new Formatted()).Data["text/html"]);

    [Fact]
    public void Displaying_outside_a_cell_is_an_error() =>
        Assert.StartsWith("No notebook cell is running", Assert.Throws<InvalidOperationException>(() => NotebookOutput.Display(1)).Message);

    private sealed record Gate(string Name, double Value);

    public sealed class Figure
    {
        public IReadOnlyDictionary<string, object> ToMimeBundle() => new Dictionary<string, object>
        {
            ["text/html"] = "<svg/>",
            ["image/png"] = new byte[] { 1, 2 },
            ["application/vnd.a+json"] = new JsonObject { ["x"] = 1 },
            ["application/vnd.b+json"] = JsonSerializer.SerializeToElement(new { x = 1 }),
            ["application/vnd.c+json"] = "{\"x\":1}",
        };
    }

    public sealed class WrongFigure
    {
        public Dictionary<string, object> ToMimeBundle() => new() { ["text/html"] = 1 };
    }

    [TypeFormatterSource(typeof(Source), PreferredMimeTypes = ["text/html"])]
    private sealed class Formatted;

    public sealed class Source
    {
        public IEnumerable<object> CreateTypeFormatters() => [new OwnFormatter()];
    }

    public sealed class OwnFormatter
    {
        public string MimeType => "text/html";

        public bool Format(object value, TextWriter writer)
        {
            writer.Write("<b>own</b>");
            return true;
        }
    }

    [AttributeUsage(AttributeTargets.Class)]
    private sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
    {
        public Type FormatterSourceType { get; } = formatterSourceType;

        public string[] PreferredMimeTypes { get; set; } = [];
    }
}
