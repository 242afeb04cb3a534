namespace LstmLab.Sequences;

/// <summary>A sequence that a search found.</summary>
/// <param name="Symbols">The symbols without start and end.</param>
/// <param name="LogProbability">Σ ln P(symbol | those before it), that of the end symbol included if it ended.</param>
/// <param name="Ended">Whether the model wrote the end symbol; if not, the sequence was cut at the greatest length.</param>
public sealed record Hypothesis(IReadOnlyList<int> Symbols, double LogProbability, bool Ended)
{
    /// <summary>How many symbols were written, the end symbol included.</summary>
    public int Length => Symbols.Count + (Ended ? 1 : 0);

    /// <summary>The log-probability, divided so that long sequences are not at a disadvantage: <c>ln P / Length^α</c>.</summary>
    /// <param name="lengthPower">α: 0 leaves the log-probability as it is, 1 gives its mean over the symbols.</param>
    public double Score(double lengthPower) => LogProbability / Power(Length, lengthPower);

    /// <summary>length^α with the same bits everywhere; exact for α = 0 and α = 1.</summary>
    internal static double Power(int length, double lengthPower) => lengthPower switch
    {
        0 => 1,
        1 => length,
        _ => DeterministicMath.Exp(lengthPower * DeterministicMath.Log(length)),
    };
}
