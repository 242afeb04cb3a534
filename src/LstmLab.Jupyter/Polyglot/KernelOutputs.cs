using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Execution;
using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>Passes what the kernels of .NET Interactive show on to the running cell.</summary>
internal sealed class KernelOutputs(ScriptSession session) : IObserver<KernelEvent>
{
    private readonly Dictionary<string, int> displays = [];

    /// <summary>Commands of the running cell that have failed, the cause before what it led to.</summary>
    public List<CommandFailed> Failures { get; } = [];

    public void OnNext(KernelEvent value)
    {
        switch (value)
        {
            case DisplayedValueProduced shown:
                var id = session.NextDisplayId();
                if (shown.ValueId is not null) displays[shown.ValueId] = id;
                RunningCell.Require().Emit(new DisplayAdded(id, Data(shown), Transient: false));
                break;
            case DisplayedValueUpdated updated when displays.TryGetValue(updated.ValueId, out var known):
                RunningCell.Require().Emit(new DisplayUpdated(known, Data(updated)));
                break;
            case ReturnValueProduced returned:
                RunningCell.Require().Emit(new CellValue(Data(returned)));
                break;
            case CommandFailed failed:
                Failures.Add(failed);
                break;
            case StandardOutputValueProduced text:
                RunningCell.Require().Emit(new StreamText("stdout", text.FormattedValues.First().Value));
                break;
            case StandardErrorValueProduced text:
                RunningCell.Require().Emit(new StreamText("stderr", text.FormattedValues.First().Value));
                break;
        }
    }

    public void OnCompleted()
    {
        // The session's end.
    }

    public void OnError(Exception error) => throw error;

    /// <summary>Values are shown by the rules of this project, unless a kernel or a cell has chosen the form.</summary>
    private static MimeBundle Data(DisplayEvent shown)
    {
        if (shown.FormattedValues is ShownValue own) return own.Data;

        var isChosen = shown.Value is null or string or IHtmlContent or FormattedValue
            || !shown.FormattedValues.Select(form => form.MimeType)
                .SequenceEqual(Formatter.GetPreferredMimeTypesFor(shown.Value.GetType()));
        return isChosen
            ? shown.FormattedValues.Aggregate(new MimeBundle(), (bundle, form) => bundle.Add(form.MimeType, form.Value))
            : DisplayRules.Format(shown.Value);
    }
}
