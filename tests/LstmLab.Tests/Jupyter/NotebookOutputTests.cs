using LstmLab.Tests.House;
using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class NotebookOutputTests
{
    [Fact]
    public async Task An_update_replaces_the_display_in_place_even_from_a_later_cell()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("var handle = display(1); display(2); handle.Update(3);", "handle.Update(4);");
        Assert.Equal(["4", "2"], run.Outputs(1).Select(output => (string?)output!["data"]!["text/plain"]![0]));
        Assert.Empty(run.Outputs(2));
    }

    [Fact]
    public async Task A_transient_output_is_on_the_page_and_not_in_the_file()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("LstmLab.Jupyter.NotebookOutput.Display(\"the library\", transient: true); display(\"kept\");");
        Assert.Equal("kept", (string?)Assert.Single(run.Outputs(1))!["data"]!["text/plain"]![0]);
        Assert.Contains("the library</pre>", run.Html);
    }

    [Fact]
    public async Task A_library_finds_the_class_by_reflection()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("""
            var type = AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType("LstmLab.Jupyter.NotebookOutput")).Single(found => found != null);
            dynamic shown = type.GetMethod("Display").Invoke(null, new object[] { "before", false });
            shown.Update("after");
            """);
        Assert.Equal("after", run.Text(1));
    }

    [Fact]
    public async Task What_a_cell_shows_transiently_is_on_the_page_and_not_in_the_file()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync($"#load \"{Repository.PathOf("notebooks", "lab.csx")}\"", "LstmLab.Charts.Live.ShowTransient(\"17 ms\").Update(\"18 ms\"); display(\"kept\");");
        Assert.Equal("kept", run.Text(2));
        Assert.Contains("18 ms</pre>", run.Html);
        Assert.DoesNotContain("17 ms</pre>", run.Html);
    }
}
