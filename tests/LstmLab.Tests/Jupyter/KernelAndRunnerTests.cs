using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class KernelAndRunnerTests
{
    [Fact]
    public async Task A_notebook_has_the_same_outputs_from_both()
    {
        string[] cells =
        [
            "Console.WriteLine(1); Console.Error.WriteLine(2); var d = display(new[] { new { A = 1 } }); d.Update(\"later\"); 3",
            "display(\"gone\"); clear_output(wait: true); display(4);",
            "d.Update(5.5); for (var i = 0; i < 2; i++) Console.WriteLine(i);",
            "LstmLab.Jupyter.NotebookOutput.Display(new { Json = 1 });",
            "int zero = 0;\nint Divide(int x) => Math.Abs(x) / zero;\nDivide(1)",
        ];
        using var workspace = new Workspace();
        using var kernel = new KernelClient(workspace.Folder);
        var ran = await workspace.RunAsync(cells);
        var client = new ClientNotebook();
        foreach (var cell in cells) client.Add(kernel.Run(cell).Outputs);
        Assert.Equal(Enumerable.Range(1, cells.Length).Select(cell => ran.Outputs(cell).ToJsonString()), client.Cells.Select(outputs => outputs.ToJsonString()));
    }
}
