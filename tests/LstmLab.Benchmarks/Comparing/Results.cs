namespace LstmLab.Benchmarks.Comparing;

/// <summary>A contestant's start in a fresh process: medians, or the reason why it takes no part.</summary>
/// <param name="Contestant">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Seconds">From the start of the process to the end of the first step of the toy shape: training, or inference where there is no training.</param>
/// <param name="MainSeconds">The part of it after the runtime has started.</param>
/// <param name="ResidentBytes">Memory of the process after that step.</param>
/// <param name="Unavailable">Why it takes no part.</param>
internal sealed record Start(string Contestant, string? Version, double? Seconds, double? MainSeconds, double? ResidentBytes, string? Unavailable);

/// <summary>How far two contestants' numbers lie apart.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Threads">Threads of both.</param>
/// <param name="Contestant">The one compared with the first.</param>
/// <param name="Block">Outputs, or the weights whose gradient it is.</param>
/// <param name="Difference">max |a − b| / max |a|.</param>
internal sealed record Agreement(string Shape, int Threads, string Contestant, string Block, double Difference);

/// <summary>What a step costs.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Mode">What a step does.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Contestant">Whose step.</param>
/// <param name="Seconds">The median of the rounds.</param>
/// <param name="AllocatedBytes">Managed bytes a step, the median of the rounds.</param>
internal sealed record Timing(string Shape, Mode Mode, int Threads, string Contestant, double Seconds, double AllocatedBytes);

/// <summary>The measured peak.</summary>
/// <param name="Threads">Threads at once.</param>
/// <param name="Bits">Bits of a vector.</param>
/// <param name="Gflops">GFLOP/s in float.</param>
internal sealed record PeakRate(int Threads, int Bits, double Gflops);

/// <summary>All figures of a comparison.</summary>
/// <param name="System">Operating system, runtime and processors.</param>
/// <param name="Rounds">Turns of each contestant.</param>
/// <param name="Peaks">Peaks by threads, widest vector first.</param>
/// <param name="Starts">Cold starts.</param>
/// <param name="Agreements">Differences.</param>
/// <param name="Timings">Times.</param>
internal sealed record Results(string System, int Rounds, IReadOnlyList<PeakRate> Peaks, IReadOnlyList<Start> Starts, IReadOnlyList<Agreement> Agreements, IReadOnlyList<Timing> Timings)
{
    /// <summary>Largest difference that rounding explains: float's sums of up to 16,000 terms in another order.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Whether no difference is larger; NaN is.</summary>
    public bool Agree => Agreements.All(agreement => agreement.Difference <= Tolerance);
}
