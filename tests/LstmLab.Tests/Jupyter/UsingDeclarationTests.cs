using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class UsingDeclarationTests
{
    [Fact]
    public async Task What_a_cell_declares_with_using_is_disposed_when_it_ends()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync(
            "var log = new List<string>();\nclass Door(List<string> log, string name) : IDisposable { public void Dispose() => log.Add(name); }",
            "using System.Text;\nusing var first = new Door(log, \"first\");\nusing Door second = new Door(log, \"second\");\nlog.Count",
            "string.Join(' ', log)",
            "using System.IO;\nusing (new Door(log, \"third\")) { }\nusing var text = new StringReader(\"abc\");\ntext.ReadLine() + log.Count");
        Assert.Equal("0", run.Text(2));
        Assert.Equal("second first", run.Text(3));
        Assert.Equal("abc3", run.Text(4));
    }
}
