using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Polyglot;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;
using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class MermaidTests
{
    [Fact]
    public async Task The_library_comes_once_and_is_not_stored_and_each_diagram_is_HTML_and_text()
    {
        using var workspace = new Workspace();
        using var session = new ScriptSession(workspace.Folder);
        using var kernels = new CompositeKernel { new MermaidKernel() };
        List<CellEvent> events = [];
        List<DisplayedValueProduced> diagrams = [];
        foreach (string source in (string[])["graph LR; A-->B", "graph LR; A-->B", "graph LR; A-->\"<C>\""])
        {
            using var cell = RunningCell.Start(session, events.Add);
            var result = await kernels.SendAsync(new SubmitCode(source, "mermaid"), TestContext.Current.CancellationToken);
            Assert.DoesNotContain(result.Events, happened => happened is CommandFailed);
            diagrams.AddRange(result.Events.OfType<DisplayedValueProduced>());
        }

        var library = Assert.IsType<DisplayAdded>(Assert.Single(events));
        Assert.True(library.Transient);
        Assert.StartsWith(Mermaid.LibraryStart, (string?)library.Data.Data["text/html"]);
        Assert.Equal(3, diagrams.Count);
        Assert.Equal(Html(diagrams[0]), Html(diagrams[1]));
        Assert.Contains("<pre>graph LR; A--&gt;B</pre>", Html(diagrams[0]));
        Assert.Contains("<pre>graph LR; A--&gt;&quot;&lt;C&gt;&quot;</pre>", Html(diagrams[2]));
        Assert.NotEqual(Html(diagrams[0])[..40], Html(diagrams[2])[..40]);
        Assert.Equal("graph LR; A-->B", diagrams[0].FormattedValues.Single(form => form.MimeType == "text/plain").Value);
    }

    [Fact]
    public void The_library_stands_in_script_elements_that_it_does_not_end() => Assert.Equal(3, Mermaid.Library().Split("</script").Length - 1);

    private static string Html(DisplayedValueProduced shown) => shown.FormattedValues.Single(form => form.MimeType == "text/html").Value;
}
