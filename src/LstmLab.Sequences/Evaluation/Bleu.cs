namespace LstmLab.Sequences;

/// <summary>BLEU of a corpus: how many n-grams of the translations also stand in their references.
/// K. Papineni, S. Roukos, T. Ward, W.-J. Zhu, "BLEU: a method for automatic evaluation of machine translation", 2002.
/// <code>
/// p_n     = Σ matches_n / Σ n-grams_n             over the corpus; an n-gram matches at most as often as one reference has it
/// BP      = 1 if c &gt; r, else exp(1 − r / c)       c symbols of the translations, r of the references nearest in length
/// BLEU-N  = BP exp( Σ_{n ≤ N} ln p_n / N )
/// </code></summary>
/// <remarks>
/// In [0, 1]; papers often print it times 100. Of references equally near in length the shorter one counts. Symbols are compared as they
/// are: split texts into words, and lower them or not, before. When some p_n is 0, so is BLEU; <see cref="Smoothed"/> gives the smoothing
/// that sacrebleu calls exp and applies unless told otherwise (M. Post, "A call for clarity in reporting BLEU scores", 2018), NIST's in
/// mteval-v13a: the k-th zero, counted from n = 1, becomes 1 / (2ᵏ Σ n-grams_n).
/// </remarks>
public sealed class Bleu
{
    private const int MaximumOrder = 4;
    private readonly long[] _matches = new long[MaximumOrder], _total = new long[MaximumOrder];

    private Bleu()
    {
    }

    /// <summary>c, the symbols of all translations.</summary>
    public long Length { get; private set; }

    /// <summary>r, the symbols of the references nearest in length.</summary>
    public long ReferenceLength { get; private set; }

    /// <summary>BP; 0 without any symbol in the translations.</summary>
    public double BrevityPenalty => Length == 0 ? 0 : Length > ReferenceLength ? 1 : Math.Exp(1 - ((double)ReferenceLength / Length));

    /// <summary>BLEU-4, what is called BLEU without a number.</summary>
    public double Score => UpTo(MaximumOrder);

    /// <summary>Counts a corpus of translations with one reference each.</summary>
    /// <param name="pairs">Reference and translation of each.</param>
    public static Bleu Of(IEnumerable<(IReadOnlyList<string> Reference, IReadOnlyList<string> Hypothesis)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Of(pairs.Select(pair => ((IReadOnlyList<IReadOnlyList<string>>)[pair.Reference], pair.Hypothesis)));
    }

    /// <summary>Counts a corpus of translations with several references.</summary>
    /// <param name="pairs">References, at least one, and translation of each.</param>
    /// <exception cref="ArgumentException">A translation has no reference.</exception>
    public static Bleu Of(IEnumerable<(IReadOnlyList<IReadOnlyList<string>> References, IReadOnlyList<string> Hypothesis)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        Bleu bleu = new();
        foreach ((int n, (IReadOnlyList<IReadOnlyList<string>> references, IReadOnlyList<string> hypothesis)) in pairs.Index())
        {
            if (references.Count == 0)
                throw new ArgumentException($"Pair {n} must have at least one reference, but has none.", nameof(pairs));
            bleu.Add(references, hypothesis);
        }

        return bleu;
    }

    /// <summary>p_n; NaN if the translations have no n-gram.</summary>
    /// <param name="n">1 … 4.</param>
    public double Precision(int n)
    {
        RequireOrder(n, nameof(n));
        return (double)_matches[n - 1] / _total[n - 1];
    }

    /// <summary>BLEU-N without smoothing: 0 if some precision up to N is 0 or has no n-grams.</summary>
    /// <param name="order">N, 1 … 4.</param>
    public double UpTo(int order) => Mean(order, smooth: false);

    /// <summary>BLEU-N with the exponential smoothing; 0 all the same if no symbol matches, or the translations have no N-gram.</summary>
    /// <param name="order">N, 1 … 4.</param>
    public double Smoothed(int order = MaximumOrder) => Mean(order, smooth: true);

    private void Add(IReadOnlyList<IReadOnlyList<string>> references, IReadOnlyList<string> hypothesis)
    {
        Length += hypothesis.Count;
        ReferenceLength += references.Select(reference => reference.Count)
            .OrderBy(length => Math.Abs(length - hypothesis.Count)).ThenBy(length => length).First();
        for (int order = 1; order <= MaximumOrder; order++)
        {
            List<Dictionary<string, int>> known = [.. references.Select(reference => Count(reference, order))];
            foreach ((string gram, int count) in Count(hypothesis, order))
            {
                _matches[order - 1] += Math.Min(count, known.Max(counts => counts.GetValueOrDefault(gram)));
                _total[order - 1] += count;
            }
        }
    }

    private double Mean(int order, bool smooth)
    {
        RequireOrder(order, nameof(order));
        double logs = 0;
        int zeros = 0;
        for (int n = 0; n < order; n++)
        {
            if (_total[n] == 0 || _matches[0] == 0 || (_matches[n] == 0 && !smooth)) return 0;
            double matches = _matches[n] > 0 ? _matches[n] : Math.ScaleB(1, -++zeros);
            logs += DeterministicMath.Log(matches / _total[n]);
        }

        return BrevityPenalty * DeterministicMath.Exp(logs / order);
    }

    // An n-gram's key holds the lengths of its symbols, so that no symbol can be mistaken for two.
    private static Dictionary<string, int> Count(IReadOnlyList<string> symbols, int order)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        for (int start = 0; start + order <= symbols.Count; start++)
        {
            string key = string.Concat(Enumerable.Range(start, order).Select(n => $"{symbols[n].Length}:{symbols[n]}"));
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        return counts;
    }

    private static void RequireOrder(int order, string name)
    {
        if (order is >= 1 and <= MaximumOrder) return;
        throw new ArgumentOutOfRangeException(name, order, $"n-grams of 1 … {MaximumOrder} symbols are counted.");
    }
}
