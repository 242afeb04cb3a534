using LstmLab.Jupyter.Display;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>
/// Shows Mermaid cells as diagrams, without a network. The first one of a session also puts mermaid.js on the page, which the stored
/// notebook leaves out: it holds the source, as text and in HTML that is drawn where the library is. A browser draws, so a syntax error
/// does not fail the cell; the page shows it below the source.
/// </summary>
internal sealed class MermaidKernel : Microsoft.DotNet.Interactive.Kernel, IKernelCommandHandler<SubmitCode>
{
    private bool libraryShown;

    public MermaidKernel()
        : base("mermaid") => KernelInfo.LanguageName = "Mermaid";

    Task IKernelCommandHandler<SubmitCode>.HandleAsync(SubmitCode command, KernelInvocationContext context)
    {
        if (!libraryShown)
        {
            NotebookOutput.Display(new Library(Mermaid.Library()), transient: true);
            libraryShown = true;
        }

        var source = command.Code.Trim();
        FormattedValue[] forms = [new("text/html", Mermaid.Diagram(source)), new("text/plain", source)];
        context.Publish(new DisplayedValueProduced(source, command, forms));
        return Task.CompletedTask;
    }

    private sealed record Library(string Html)
    {
        public Dictionary<string, object> ToMimeBundle() => new()
        {
            ["text/html"] = Html,
            ["text/plain"] = "Diagrams of this notebook are drawn: mermaid.js is on the page.",
        };
    }
}
