namespace LstmLab.Sequences;

/// <summary>
/// A language model that counts: the probability of a symbol after the n − 1 symbols before it, interpolated with shorter contexts by
/// Witten and Bell's method. The baseline of recurrent language models.
/// <code>
/// P_m(k | u) = (c(u, k) + d(u) · P_{m−1}(k | u without its first symbol)) / (c(u) + d(u)),  P_0(k) = 1 / K
/// c(u, k)   how often k followed the context u in training;   c(u) = Σ_k c(u, k)
/// d(u)      how many different symbols followed u;            a context that never occurred leaves P_m = P_{m−1}
/// </code></summary>
/// <remarks>I. Witten, T. Bell, "The zero-frequency problem", IEEE Transactions on Information Theory 37 (1991), method C; S. Chen, J.
/// Goodman, "An empirical study of smoothing techniques for language modeling", 1998, section 2.5. An instance never changes.</remarks>
public sealed class NGramModel : IStepModel<IReadOnlyList<int>[]>
{
    private readonly Context _root;

    /// <summary>Counts a text.</summary>
    /// <param name="text">The numbers of its symbols.</param>
    /// <param name="order">n, at least 1: the symbol and the n − 1 before it.</param>
    /// <param name="symbolCount">K, symbols of the vocabulary.</param>
    /// <exception cref="ArgumentOutOfRangeException">n or K is below 1, or a symbol is not one of 0 … K − 1.</exception>
    public NGramModel(IReadOnlyList<int> text, int order, int symbolCount)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(symbolCount, 1);
        (_root, Order, SymbolCount) = (new(), order, symbolCount);
        for (int t = 0; t < text.Count; t++)
        {
            RequireSymbol(text[t], nameof(text));
            Context context = _root;
            context.Add(text[t]);
            for (int back = 1; back < order && back <= t; back++)
            {
                context = context.LongerOrNew(text[t - back]);
                context.Add(text[t]);
            }
        }
    }

    private NGramModel(Context root, int order, int symbolCount) => (_root, Order, SymbolCount) = (root, order, symbolCount);

    /// <summary>n.</summary>
    public int Order { get; }

    /// <summary>K.</summary>
    public int SymbolCount { get; }

    /// <summary>The model of a smaller n that the same text gives; it shares the counts.</summary>
    /// <param name="order">From 1 to n.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is below 1 or above n.</exception>
    public NGramModel Shorter(int order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, Order);
        return new(_root, order, SymbolCount);
    }

    /// <summary>P(k | context) of every symbol k, [K].</summary>
    /// <param name="context">The symbols before it; the last n − 1 count.</param>
    public double[] Distribution(IReadOnlyList<int> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        double[] probabilities = new double[SymbolCount];
        Array.Fill(probabilities, 1.0 / SymbolCount);
        foreach (Context found in Contexts(context, context.Count))
        {
            double total = found.Total + found.Following.Count;
            for (int k = 0; k < probabilities.Length; k++) probabilities[k] *= found.Following.Count / total;
            foreach ((int k, int count) in found.Following) probabilities[k] += count / total;
        }

        return probabilities;
    }

    /// <summary>ln P(x_{t+1} | x_1 … x_t) for t = 1 … N − 1.</summary>
    /// <param name="text">The numbers of its symbols, N.</param>
    /// <exception cref="ArgumentException">The text has fewer than two symbols.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A symbol is not one of 0 … K − 1.</exception>
    public double[] LogProbabilities(IReadOnlyList<int> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Count < 2) throw new ArgumentException($"A text of {text.Count} symbols holds none that follows another.", nameof(text));
        double[] found = new double[text.Count - 1];
        for (int t = 1; t < text.Count; t++)
        {
            RequireSymbol(text[t], nameof(text));
            double probability = 1.0 / SymbolCount;
            foreach (Context context in Contexts(text, t))
            {
                int different = context.Following.Count;
                probability = (context.Following.GetValueOrDefault(text[t]) + (different * probability)) / (context.Total + different);
            }

            found[t - 1] = DeterministicMath.Log(probability);
        }

        return found;
    }

    /// <summary>The states of sequences that nothing was written to yet.</summary>
    /// <param name="count">B.</param>
    public static IReadOnlyList<int>[] States(int count = 1) => [.. Enumerable.Range(0, count).Select(_ => Array.Empty<int>())];

    /// <inheritdoc/>
    public int Count(IReadOnlyList<int>[] states)
    {
        ArgumentNullException.ThrowIfNull(states);
        return states.Length;
    }

    /// <inheritdoc/>
    public (double[,] LogProbabilities, IReadOnlyList<int>[] Next) Step(IReadOnlyList<int>[] states, IReadOnlyList<int> last)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(last);
        double[,] found = new double[states.Length, SymbolCount];
        IReadOnlyList<int>[] next = new IReadOnlyList<int>[states.Length];
        for (int b = 0; b < states.Length; b++)
        {
            next[b] = [.. states[b].Append(last[b]).TakeLast(Order - 1)];
            double[] probabilities = Distribution(next[b]);
            for (int k = 0; k < SymbolCount; k++) found[b, k] = DeterministicMath.Log(probabilities[k]);
        }

        return (found, next);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int>[] Select(IReadOnlyList<int>[] states, IReadOnlyList<int> sequences)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(sequences);
        return [.. sequences.Select(n => states[n])];
    }

    // The contexts before place t that occurred in training, from the empty one to the longest.
    private IEnumerable<Context> Contexts(IReadOnlyList<int> text, int t)
    {
        Context? context = _root;
        for (int back = 1; context is { Total: > 0 }; back++)
        {
            yield return context;
            if (back == Order || back > t) yield break;
            context = context.Longer(text[t - back]);
        }
    }

    private void RequireSymbol(int symbol, string name)
    {
        if (symbol < 0 || symbol >= SymbolCount)
            throw new ArgumentOutOfRangeException(name, symbol, $"Symbols of this model are 0 … {SymbolCount - 1}.");
    }

    /// <summary>What followed a context, and the contexts that have one symbol more before it.</summary>
    private sealed class Context
    {
        private Dictionary<int, Context>? _longer;

        public int Total { get; private set; }

        public Dictionary<int, int> Following { get; } = [];

        public void Add(int symbol)
        {
            Following[symbol] = Following.GetValueOrDefault(symbol) + 1;
            Total++;
        }

        public Context? Longer(int before) => _longer?.GetValueOrDefault(before);

        public Context LongerOrNew(int before)
        {
            _longer ??= [];
            if (!_longer.TryGetValue(before, out Context? context)) _longer.Add(before, context = new());
            return context;
        }
    }
}
