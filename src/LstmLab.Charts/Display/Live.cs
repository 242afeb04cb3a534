using LstmLab.Charts.Display;

namespace LstmLab.Charts;

/// <summary>Output that changes in place while a cell runs, in the way of the host that runs it: the project's own kernel, .NET
/// Interactive, or none, where nothing is shown.</summary>
public static class Live
{
    /// <summary>Shows a figure, a table or any other value.</summary>
    /// <returns>The handle that replaces what is shown.</returns>
    public static LiveOutput Show(object value) => Display(value, transient: false);

    /// <summary>Shows a value to who runs the cell; the project's own kernel keeps it out of the stored notebook, where times, which are
    /// other ones on each machine, do not belong.</summary>
    /// <returns>The handle that replaces what is shown.</returns>
    public static LiveOutput ShowTransient(object value) => Display(value, transient: true);

    private static LiveOutput Display(object value, bool transient)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new LiveOutput(NotebookHost.Find(AppDomain.CurrentDomain.GetAssemblies())?.Invoke(value, transient));
    }
}

/// <summary>A place in a notebook's output.</summary>
public sealed class LiveOutput
{
    private readonly Action<object>? update;

    internal LiveOutput(Action<object>? update) => this.update = update;

    /// <summary>Replaces what is shown.</summary>
    public void Update(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        update?.Invoke(value);
    }
}

/// <summary>What a notebook does once, in its plumbing file.</summary>
public static class Notebook
{
    /// <summary>The language that figures, tables and paragraphs show where a page has no switch; <see cref="Begin"/> takes it from
    /// the environment variable LSTMLAB_LANGUAGE, <c>zh</c> for Chinese.</summary>
    public static Language Language
    {
        get => BilingualHtml.Shown;
        set => BilingualHtml.Shown = value;
    }

    /// <summary>Puts plotly.js on the page, so that figures and charts of Plotly.NET are interactive. The project's own kernel keeps it
    /// out of the saved file.</summary>
    public static void Begin()
    {
        if (Environment.GetEnvironmentVariable("LSTMLAB_LANGUAGE") is { Length: > 0 } wanted)
            Language = wanted.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? Language.Chinese : Language.English;
        if (NotebookHost.Find(AppDomain.CurrentDomain.GetAssemblies()) is not { } display)
            return;
        PlotlyDisplay.Register();
        display(new PlotlyLibrary(), true);
    }
}
