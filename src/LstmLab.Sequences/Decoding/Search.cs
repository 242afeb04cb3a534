namespace LstmLab.Sequences;

/// <summary>Finds what a step-by-step model holds for probable, for many sources side by side.</summary>
public static class Search
{
    /// <summary>Greedy search: of each source, the most probable symbol at every step.</summary>
    /// <param name="model">The model.</param>
    /// <param name="states">Its states before the first step, of B sources.</param>
    /// <param name="start">The symbol before the first.</param>
    /// <param name="end">The symbol that ends a sequence.</param>
    /// <param name="maximumLength">How many symbols are written at most, the end symbol included.</param>
    /// <returns>One sequence for each source. Of equally probable symbols the one with the smaller number is written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The greatest length is below 1.</exception>
    /// <exception cref="ArgumentException">The model's answer does not have one row for each sequence, has no end symbol, or holds
    /// NaN.</exception>
    public static IReadOnlyList<Hypothesis> Greedy<TState>(
        IStepModel<TState> model, TState states, int start, int end, int maximumLength)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, 1);
        int[] sources = [.. Enumerable.Range(0, model.Count(states))], last = [.. sources.Select(_ => start)];
        List<int>[] symbols = [.. sources.Select(_ => new List<int>())];
        double[] logProbabilities = new double[sources.Length];
        Hypothesis[] found = new Hypothesis[sources.Length];
        for (int length = 1; sources.Length > 0; length++)
        {
            (double[,] steps, TState next) = Stepped(model, states, last, end);
            List<int> open = [];
            for (int n = 0; n < sources.Length; n++)
            {
                int source = sources[n], symbol = 0;
                for (int k = 1; k < steps.GetLength(1); k++)
                    if (steps[n, k] > steps[n, symbol]) symbol = k;
                logProbabilities[source] += steps[n, symbol];
                last[n] = symbol;
                if (symbol != end) symbols[source].Add(symbol);
                if (symbol == end || length == maximumLength) found[source] = new(symbols[source], logProbabilities[source], symbol == end);
                else open.Add(n);
            }

            if (open.Count > 0) states = model.Select(next, open);
            sources = [.. open.Select(n => sources[n])];
            last = [.. open.Select(n => last[n])];
        }

        return found;
    }

    /// <summary>
    /// Beam search: of each source, the best <paramref name="width"/> beginnings are kept at every step and each is continued by every
    /// symbol. A beginning that the end symbol ends, or that reaches the greatest length, leaves the beam and is ranked by its
    /// <see cref="Hypothesis.Score"/>.
    /// <code>
    /// continued = { (beginning, symbol) : ln P = ln P(beginning) + ln P(symbol | beginning) }
    /// kept      = the width of them with the largest ln P
    /// answer    = the best of those that ended, by ln P / length^α
    /// </code></summary>
    /// <remarks>A source's search stops when no beginning that is left can still reach the answer: ln P falls with every symbol, and at the
    /// greatest length it is divided by most. A beam of 1 with α = 0 is greedy search; one as wide as the tree of all sequences finds the
    /// best of all. P. Koehn, "Pharaoh: a beam search decoder for phrase-based statistical machine translation models", AMTA 2004;
    /// normalization: Y. Wu et al., "Google's neural machine translation system", 2016, section 7, with (5 + length) / 6 for
    /// length.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="states">Its states before the first step, of B sources.</param>
    /// <param name="start">The symbol before the first.</param>
    /// <param name="end">The symbol that ends a sequence.</param>
    /// <param name="maximumLength">How many symbols are written at most, the end symbol included.</param>
    /// <param name="width">How many beginnings of each source are kept.</param>
    /// <param name="best">How many sequences of each source are wanted, at most <paramref name="width"/>.</param>
    /// <param name="lengthPower">α, at least 0: how far long sequences are compensated for having more factors.</param>
    /// <returns>For each source its best sequences, best first; fewer than wanted if there are no more. Among equals, the one that ended
    /// sooner comes first; among beginnings of equal probability the one that continues the higher-ranked beginning, then the one with the
    /// smaller symbol.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The model's answer does not have one row for each sequence, has no end symbol, or holds
    /// NaN.</exception>
    public static IReadOnlyList<IReadOnlyList<Hypothesis>> Beam<TState>(
        IStepModel<TState> model, TState states, int start, int end, int maximumLength, int width, int best = 1, double lengthPower = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(best, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(best, width);
        if (!(lengthPower >= 0)) throw new ArgumentOutOfRangeException(nameof(lengthPower), lengthPower, "α must be at least 0.");

        int count = model.Count(states);
        List<Hypothesis>[] found = [.. Enumerable.Range(0, count).Select(_ => new List<Hypothesis>())];
        List<Beginning> beam = [.. Enumerable.Range(0, count).Select(source => new Beginning(source, source, null, start, 0))];
        for (int length = 1; beam.Count > 0; length++)
        {
            (double[,] steps, TState next) = Stepped(model, states, [.. beam.Select(beginning => beginning.Symbol)], end);
            List<Beginning> continued = [];
            for (int first = 0; first < beam.Count;)
            {
                int source = beam[first].Source, after = first;
                while (after < beam.Count && beam[after].Source == source) after++;
                List<Beginning> open = [];
                foreach (Beginning beginning in Continued(beam, first, after, steps, width))
                {
                    if (beginning.Symbol == end || length == maximumLength) found[source].Add(beginning.Finished(end));
                    else open.Add(beginning);
                }

                // In place and stable, so that what ended sooner stays before its equals.
                found[source] = [.. found[source].OrderByDescending(hypothesis => hypothesis.Score(lengthPower)).Take(best)];
                if (open.Count > 0 && CanStillEnter(open[0], found[source], best, lengthPower, maximumLength)) continued.AddRange(open);
                first = after;
            }

            if (continued.Count > 0) states = model.Select(next, [.. continued.Select(beginning => beginning.Row)]);
            beam = continued;
        }

        return found;
    }

    // The best continuations of the beginnings first … after − 1, which belong to one source, best first.
    private static Beginning[] Continued(List<Beginning> beam, int first, int after, double[,] steps, int width)
    {
        // The worst kept so far is on top of the queue: less probable, else later among equals.
        var worstFirst = Comparer<(double LogProbability, int Place)>.Create(
            (a, b) => a.LogProbability != b.LogProbability ? a.LogProbability.CompareTo(b.LogProbability) : b.Place.CompareTo(a.Place));
        PriorityQueue<(int Row, int Symbol), (double LogProbability, int Place)> kept = new(worstFirst);
        int symbols = steps.GetLength(1);
        for (int row = first; row < after; row++)
        {
            for (int k = 0; k < symbols; k++)
            {
                double logProbability = beam[row].LogProbability + steps[row, k];
                if (double.IsNegativeInfinity(logProbability)) continue;
                (double, int) rank = (logProbability, ((row - first) * symbols) + k);
                if (kept.Count < width) kept.Enqueue((row, k), rank);
                else kept.EnqueueDequeue((row, k), rank);
            }
        }

        Beginning[] best = new Beginning[kept.Count];
        for (int n = best.Length - 1; n >= 0; n--)
        {
            kept.TryDequeue(out (int Row, int Symbol) at, out (double LogProbability, int Place) rank);
            best[n] = new(beam[at.Row].Source, at.Row, beam[at.Row], at.Symbol, rank.LogProbability);
        }

        return best;
    }

    // Whether the most probable beginning may still become one of the best: all symbols to come at probability 1, up to the greatest
    // length.
    private static bool CanStillEnter(Beginning beginning, List<Hypothesis> found, int best, double lengthPower, int maximumLength)
    {
        if (found.Count < best) return true;
        double reachable = beginning.LogProbability / Hypothesis.Power(maximumLength, lengthPower);
        return reachable > found[^1].Score(lengthPower);
    }

    private static (double[,] LogProbabilities, TState Next) Stepped<TState>(IStepModel<TState> model, TState states, int[] last, int end)
    {
        (double[,] steps, TState next) = model.Step(states, last);
        if (steps.GetLength(0) != last.Length)
            throw new ArgumentException(
                $"The model must give {last.Length} rows of log-probabilities, but gave {steps.GetLength(0)}.", nameof(model));
        if (end < 0 || end >= steps.GetLength(1))
            throw new ArgumentOutOfRangeException(nameof(end), end, $"The model's symbols are 0 … {steps.GetLength(1) - 1}.");
        foreach (double step in steps)
            if (double.IsNaN(step))
                throw new ArgumentException("The model gave NaN for a log-probability: are its weights finite?", nameof(model));
        return (steps, next);
    }

    // A beginning by its last symbol; Row is where its own beginning stood among the states before that symbol.
    private sealed record Beginning(int Source, int Row, Beginning? Before, int Symbol, double LogProbability)
    {
        public Hypothesis Finished(int end)
        {
            List<int> symbols = [];
            for (Beginning at = this; at.Before is not null; at = at.Before)
                if (!ReferenceEquals(at, this) || at.Symbol != end) symbols.Add(at.Symbol);
            symbols.Reverse();
            return new(symbols, LogProbability, Symbol == end);
        }
    }
}
