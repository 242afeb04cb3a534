using LstmLab.Jupyter.Display;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.ValueSharing;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>The session's C# as a kernel of .NET Interactive, beside those of the package.</summary>
internal sealed class CSharpKernel : Microsoft.DotNet.Interactive.Kernel,
    IKernelCommandHandler<SubmitCode>,
    IKernelCommandHandler<RequestValue>,
    IKernelCommandHandler<RequestValueInfos>,
    IKernelCommandHandler<SendValue>
{
    private readonly ScriptSession session;

    public CSharpKernel(ScriptSession session) : base(CellPart.CSharp)
    {
        this.session = session;
        KernelInfo.LanguageName = "C#";
        KernelInfo.LanguageVersion = "14.0";
    }

    /// <summary>Runs code of the running cell, or of a file that it imports, and publishes its value.</summary>
    public async Task RunAsync(string code, string name, KernelCommand command, KernelInvocationContext context)
    {
        void Show(ShownValue shown) => context.Publish(new ReturnValueProduced(shown.Value, command, shown));
        var error = await session.RunCodeAsync(code, name, Show).ConfigureAwait(false);
        if (error is not null) context.Fail(command, new CellErrorException(error));
    }

    Task IKernelCommandHandler<SubmitCode>.HandleAsync(SubmitCode command, KernelInvocationContext context) =>
        RunAsync(command.Code, session.CellName, command, context);

    Task IKernelCommandHandler<RequestValue>.HandleAsync(RequestValue command, KernelInvocationContext context)
    {
        if (session.Variables.FirstOrDefault(variable => variable.Name == command.Name) is { Value: var value })
        {
            var form = new FormattedValue(command.MimeType, value.ToDisplayString(command.MimeType));
            context.Publish(new ValueProduced(value, command.Name, form, command));
        }
        else
        {
            context.Fail(command, message: $"C# has no variable '{command.Name}'.");
        }

        return Task.CompletedTask;
    }

    Task IKernelCommandHandler<RequestValueInfos>.HandleAsync(RequestValueInfos command, KernelInvocationContext context)
    {
        context.Publish(new ValueInfosProduced([.. session.Variables.Select(variable =>
            new KernelValueInfo(variable.Name, new FormattedValue("text/plain", ValueText.Of(variable.Value)), variable.Type))], command));
        return Task.CompletedTask;
    }

    Task IKernelCommandHandler<SendValue>.HandleAsync(SendValue command, KernelInvocationContext context) =>
        SetValueAsync(command, context, (name, value, _) => session.SetAsync(name, value));
}
