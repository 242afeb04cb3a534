using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>What cells register with the Formatting package, as they do on .NET Interactive.</summary>
[Collection(nameof(RunsCells))]
public class FormatterTests
{
    [Fact]
    public async Task A_registration_decides_how_values_of_the_type_and_of_types_below_it_are_shown()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync(
            "record Gate(string Name); record Forget() : Gate(\"f\"); interface IUnit; class Cell : IUnit;",
            "using Microsoft.DotNet.Interactive.Formatting; Formatter.Register<Gate>(gate => $\"<b>{gate.Name}</b>\", \"text/html\"); Formatter.Register<IUnit>((unit, writer) => writer.Write(\"a unit\"), \"text/plain\");",
            "new Forget()",
            "new Cell()",
            "new Version(1, 2)");
        Assert.Equal("<b>f</b>", (string?)run.Outputs(3)[0]!["data"]!["text/html"]![0]);
        Assert.Equal("a unit", run.Text(4));
        Assert.Equal("1.2", run.Text(5));
    }

    [Fact]
    public async Task Numbers_and_generic_types_can_be_registered_and_the_last_registration_counts()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync(
            "using Microsoft.DotNet.Interactive.Formatting; Formatter.Register<double>(x => x.ToString(\"F1\"), \"text/plain\"); Formatter.Register<double>(x => x.ToString(\"F3\"), \"text/plain\");",
            "2.0 / 3",
            "Formatter.Register(typeof(List<>), (list, writer) => writer.Write(\"a list\"), \"text/html\");",
            "new List<int>()");
        Assert.Equal("0.667", run.Text(2));
        Assert.Equal("a list", (string?)run.Outputs(4)[0]!["data"]!["text/html"]![0]);
    }

    [Fact]
    public async Task The_next_notebook_knows_nothing_of_it()
    {
        using var workspace = new Workspace();
        await workspace.RunAsync("using Microsoft.DotNet.Interactive.Formatting; Formatter.Register<double>(x => \"a number\", \"text/plain\");");
        Assert.Equal("0.5", (await workspace.RunAsync("0.5")).Text(1));
    }
}
