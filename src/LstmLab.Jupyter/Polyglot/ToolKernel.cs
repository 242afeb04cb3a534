using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Connection;
using Microsoft.DotNet.Interactive.Events;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>Cells of one language that the installed tool runs.</summary>
internal sealed class ToolKernel : Microsoft.DotNet.Interactive.Kernel,
    IKernelCommandHandler<SubmitCode>,
    IKernelCommandHandler<RequestValue>, IKernelCommandHandler<RequestValueInfos>, IKernelCommandHandler<SendValue>,
    IKernelCommandHandler<RequestCompletions>, IKernelCommandHandler<RequestHoverText>
{
    private readonly InstalledTool tool;
    private readonly string title;
    private readonly string? package;
    private ProxyKernel? proxy;

    /// <param name="tool">The tool.</param>
    /// <param name="name">What the tool calls the language.</param>
    /// <param name="title">What a reader calls it.</param>
    /// <param name="package">The package that even the tool needs for it.</param>
    public ToolKernel(InstalledTool tool, string name, string title, string? package = null)
        : base(name)
    {
        (this.tool, this.title, this.package) = (tool, title, package);
        KernelInfo.LanguageName = title;
        RegisterForDisposal(() => proxy?.Dispose());
    }

    Task IKernelCommandHandler<SubmitCode>.HandleAsync(SubmitCode command, KernelInvocationContext context) =>
        ForwardAsync(command, new SubmitCode(command.Code), context);

    Task IKernelCommandHandler<RequestValue>.HandleAsync(RequestValue command, KernelInvocationContext context) =>
        ForwardAsync(command, new RequestValue(command.Name, command.MimeType), context);

    Task IKernelCommandHandler<RequestValueInfos>.HandleAsync(RequestValueInfos command, KernelInvocationContext context) =>
        proxy is null ? Task.CompletedTask : ForwardAsync(command, new RequestValueInfos(command.MimeType), context);

    Task IKernelCommandHandler<SendValue>.HandleAsync(SendValue command, KernelInvocationContext context) =>
        ForwardAsync(command, new SendValue(command.Name, command.Value, command.FormattedValue), context);

    Task IKernelCommandHandler<RequestCompletions>.HandleAsync(RequestCompletions command, KernelInvocationContext context) =>
        proxy is null ? Task.CompletedTask : ForwardAsync(command, new RequestCompletions(command.Code, command.LinePosition), context);

    Task IKernelCommandHandler<RequestHoverText>.HandleAsync(RequestHoverText command, KernelInvocationContext context) =>
        proxy is null ? Task.CompletedTask : ForwardAsync(command, new RequestHoverText(command.Code, command.LinePosition), context);

    private async Task ForwardAsync(KernelCommand command, KernelCommand copy, KernelInvocationContext context)
    {
        try
        {
            if (package is not null)
            {
                throw InstalledTool.Missing($"{title} cells run only in a kernel of the .NET Interactive tool itself, "
                    + $"where they also need '#r \"nuget: {package}, *-*\"' and a connection.");
            }

            proxy ??= await tool.ConnectAsync(Name, title).ConfigureAwait(false);
            using var events = proxy.KernelEvents.Subscribe(new Relay(e => Publish(e, command, context)));
            var result = await Apart(() => proxy.SendAsync(copy, context.CancellationToken)).ConfigureAwait(false);
            if (result.Events.OfType<CommandFailed>().FirstOrDefault() is { } failed)
            {
                context.Fail(command, failed.Exception, failed.Message);
            }
        }
        catch (CellErrorException exception)
        {
            context.Fail(command, exception, exception.Message);
        }
    }

    /// <summary>Outside of the running command, as a part of which the proxy would drop what the tool shows.</summary>
    private static Task<T> Apart<T>(Func<Task<T>> work)
    {
        using var flow = ExecutionContext.SuppressFlow();
        return Task.Run(work);
    }

    /// <summary>What the tool says becomes what this cell says.</summary>
    private static void Publish(KernelEvent told, KernelCommand command, KernelInvocationContext context)
    {
        KernelEvent? own = told switch
        {
            DisplayedValueProduced shown => new DisplayedValueProduced(shown.Value, command, shown.FormattedValues, shown.ValueId),
            DisplayedValueUpdated updated => new DisplayedValueUpdated(updated.Value, updated.ValueId, command, updated.FormattedValues),
            ReturnValueProduced value => new ReturnValueProduced(value.Value, command, value.FormattedValues, value.ValueId),
            StandardOutputValueProduced output => new StandardOutputValueProduced(command, output.FormattedValues, output.ValueId),
            StandardErrorValueProduced error => new StandardErrorValueProduced(command, error.FormattedValues, error.ValueId),
            ValueProduced value when command is RequestValue request =>
                new ValueProduced(value.Value, value.Name, value.FormattedValue, request),
            ValueInfosProduced infos when command is RequestValueInfos request => new ValueInfosProduced(infos.ValueInfos, request),
            CompletionsProduced found when command is RequestCompletions request =>
                new CompletionsProduced([.. found.Completions], request, found.LinePositionSpan),
            HoverTextProduced text when command is RequestHoverText request =>
                new HoverTextProduced(request, text.Content, text.LinePositionSpan),
            _ => null,
        };
        if (own is not null) context.Publish(own);
    }

    private sealed class Relay(Action<KernelEvent> next) : IObserver<KernelEvent>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void OnNext(KernelEvent value) => next(value);
    }
}
