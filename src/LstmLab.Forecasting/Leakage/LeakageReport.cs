namespace LstmLab.Forecasting;

/// <summary>Something that saw what it may not know.</summary>
/// <param name="What">What saw it: a scaler, a window, a column, a model.</param>
/// <param name="Finding">How that shows.</param>
public sealed record Leak(string What, string Finding);

/// <summary>What a leakage check found.</summary>
/// <param name="Subject">What was checked.</param>
/// <param name="Leaks">What was found; empty when nothing leaks.</param>
public sealed record LeakageReport(string Subject, IReadOnlyList<Leak> Leaks)
{
    /// <summary>True when nothing leaks.</summary>
    public bool Passed => Leaks.Count == 0;

    /// <summary>Refuses to go on with a leak.</summary>
    /// <exception cref="InvalidOperationException">There is one; the message names it.</exception>
    public void RequirePassed()
    {
        if (!Passed) throw new InvalidOperationException(ToString());
    }

    /// <summary>The findings, a line each.</summary>
    public override string ToString() =>
        Passed ? $"{Subject}: no leak found."
        : $"{Subject}: {string.Join("\n", Leaks.Select(leak => $"{leak.What} leaks: {leak.Finding}"))}";
}
