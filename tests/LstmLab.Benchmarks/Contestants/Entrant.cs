namespace LstmLab.Benchmarks.Contestants;

/// <summary>A contestant that may or may not load.</summary>
/// <param name="Name">What the command line and the tables call it.</param>
/// <param name="Load">Loads it with a problem and a number of threads; nothing of a peer is touched before.</param>
internal sealed record Entrant(string Name, Func<Problem, int, IContestant> Load)
{
    public static Entrant Own { get; } = new("LstmLab", (problem, threads) => new LstmLabContestant(problem, threads));

    public static Entrant TorchSharp { get; } = new("TorchSharp", (problem, threads) => new TorchSharpContestant(problem, threads));

    public static Entrant OnnxRuntime { get; } = new("OnnxRuntime", (problem, threads) => new OnnxRuntimeContestant(problem, threads));

    public static IReadOnlyList<Entrant> All { get; } = [Own, TorchSharp, OnnxRuntime];

    /// <summary>The contestant of that name, in any case.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Entrant Named(string name) => All.FirstOrDefault(entrant => entrant.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"there is no contestant '{name}'; the contestants are {string.Join(", ", All.Select(entrant => entrant.Name))}");

    public override string ToString() => Name;
}
