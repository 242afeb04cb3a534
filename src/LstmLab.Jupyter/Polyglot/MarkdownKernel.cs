using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>Shows Markdown that stands in a code cell, below <c>#!markdown</c>.</summary>
internal sealed class MarkdownKernel : Microsoft.DotNet.Interactive.Kernel, IKernelCommandHandler<SubmitCode>
{
    public MarkdownKernel() : base("markdown") => KernelInfo.LanguageName = "Markdown";

    Task IKernelCommandHandler<SubmitCode>.HandleAsync(SubmitCode command, KernelInvocationContext context)
    {
        context.DisplayAs(command.Code, "text/markdown");
        return Task.CompletedTask;
    }
}
