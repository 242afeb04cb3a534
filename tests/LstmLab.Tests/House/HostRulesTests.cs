using Xunit;

namespace LstmLab.Tests.House;

/// <summary>The rules find what they are for, at its line, and nothing else.</summary>
public class HostRulesTests
{
    [Theory]
    [InlineData("namespace A { }", "namespaces")]
    [InlineData("file class A;", "file types")]
    [InlineData("static class A { extension(int x) { public int Twice => 2 * x; } }", "extension blocks")]
    [InlineData("static class A { public static int Twice(this int x) => 2 * x; }", "extension methods in a class")]
    [InlineData("Span<int> some = new int[3];", "spans")]
    [InlineData("ReadOnlySpan<char> some = \"abc\";", "spans")]
    [InlineData("var some = new int[3].AsSpan();", "spans")]
    [InlineData("var some = stackalloc int[3];", "spans")]
    [InlineData("#r \"nuget: MathNet.Numerics, 5.0.0\"", "packages by name")]
    [InlineData("#!time", "magic commands")]
    [InlineData("clear_output();", "clear_output")]
    [InlineData("display(1).Update(2);", "display(…).Update")]
    [InlineData("using Microsoft.DotNet.Interactive;", "a host's own types")]
    [InlineData("LstmLab.Jupyter.NotebookOutput.Display(1);", "a host's own types")]
    [InlineData("var name = Console.ReadLine();", "nobody answers")]
    public void A_planted_violation_is_found(string line, string rule)
    {
        string broken = Assert.Single(HostRules.Broken($"// before\n{line}\nvar after = 1;"));
        Assert.StartsWith("line 2: ", broken, StringComparison.Ordinal);
        Assert.Contains(rule, broken, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#load \"lab.csx\"\nusing LstmLab.Charts;")]
    [InlineData("static int Twice(this int x) => 2 * x;\nint[] f = [2.Twice()];")]
    [InlineData("double Sum(double[] x) { ReadOnlySpan<double> some = x.AsSpan(); double sum = 0; foreach (double value in some) sum += "
        + "value; return sum; }")]
    [InlineData("// namespace, #!time, clear_output, Plotly and Console.ReadLine in words\nvar text = \"display(1).Update(2) and "
        + "Microsoft.DotNet.Interactive\";")]
    [InlineData("record Gate(string Name, double Value);\nawait Task.Yield();\nvar shown = Live.Show(new Gate(\"f\", 1)); "
        + "shown.Update(2); display(1);")]
    public void What_all_hosts_allow_breaks_no_rule(string cell) => Assert.Empty(HostRules.Broken(cell));
}
