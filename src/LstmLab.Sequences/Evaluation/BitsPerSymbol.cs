namespace LstmLab.Sequences;

/// <summary>How well a language model predicts a text.</summary>
public static class BitsPerSymbol
{
    /// <summary>−(1/N) Σ_t log₂ P(x_t | x_1 … x_{t−1}): the bits that a coder which knows the model needs for a symbol, on average. The
    /// perplexity is 2 to this power.</summary>
    /// <param name="logProbabilities">ln P of each symbol that came, N of them.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static double Of(IReadOnlyCollection<double> logProbabilities)
    {
        ArgumentNullException.ThrowIfNull(logProbabilities);
        if (logProbabilities.Count == 0) throw new ArgumentException("There is no symbol.", nameof(logProbabilities));
        double sum = 0;
        foreach (double logProbability in logProbabilities) sum += logProbability;
        return -sum / logProbabilities.Count / DeterministicMath.Log(2);
    }
}
