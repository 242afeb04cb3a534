namespace LstmLab.Sequences;

/// <summary>Writes with a step-by-step model by chance, each symbol as often as the model holds it to be probable.</summary>
public static class Sampling
{
    /// <summary>
    /// Draws a symbol. A temperature τ below 1 prefers probable symbols, one above 1 makes symbols more alike; the <paramref name="top"/>
    /// most probable ones alone may be drawn.
    /// <code>
    /// q_k = exp((ln p_k − max ln p) / τ) for the most probable symbols, else 0;   P(k) = q_k / Σ_j q_j,  j upwards
    /// </code></summary>
    /// <remarks>One number is drawn from <paramref name="random"/>. At temperature 0, the limit, the most probable symbol is taken and no
    /// number is drawn. Of equally probable symbols the one with the smaller number comes first.</remarks>
    /// <param name="logProbabilities">ln p_k, or ln p_k and a constant; −∞ for a symbol that cannot follow.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="temperature">τ, at least 0.</param>
    /// <param name="top">How many symbols may be drawn; all when omitted.</param>
    /// <returns>k.</returns>
    /// <exception cref="ArgumentException">There is no symbol, a log-probability is NaN or +∞, or all are −∞.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is negative or not finite, or top below 1.</exception>
    public static int Draw(ReadOnlySpan<double> logProbabilities, RandomStream random, double temperature = 1, int? top = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        RequireSettings(temperature, top);
        int best = MostProbable(logProbabilities);
        if (temperature == 0) return best;

        bool[] allowed = Allowed(logProbabilities, top ?? logProbabilities.Length);
        double[] weights = new double[logProbabilities.Length];
        double sum = 0;
        for (int k = 0; k < weights.Length; k++)
        {
            if (allowed[k]) weights[k] = DeterministicMath.Exp((logProbabilities[k] - logProbabilities[best]) / temperature);
            sum += weights[k];
        }

        double left = random.NextDouble() * sum;
        int last = best;
        for (int k = 0; k < weights.Length; k++)
        {
            if (weights[k] == 0) continue;
            last = k;
            left -= weights[k];
            if (left < 0) return k;
        }

        // Rounding alone leads here.
        return last;
    }

    /// <summary>Writes sequences side by side that go on from a common beginning.</summary>
    /// <param name="model">The model.</param>
    /// <param name="states">Its states before the beginning, of B sequences.</param>
    /// <param name="beginning">What each sequence begins with, at least one symbol; it is read, not returned.</param>
    /// <param name="length">How many symbols are written.</param>
    /// <param name="random">Where chance comes from: one number for each symbol, sequence by sequence within a step.</param>
    /// <param name="temperature">τ of <see cref="Draw"/>, at least 0.</param>
    /// <param name="top">How many symbols may be drawn at each step; all when omitted.</param>
    /// <returns>The symbols written, B rows of <paramref name="length"/>.</returns>
    /// <exception cref="ArgumentException">The beginning is empty, or the model gives no probabilities to draw from.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static int[][] Write<TState>(
        IStepModel<TState> model, TState states, IReadOnlyList<int> beginning, int length, RandomStream random, double temperature = 1,
        int? top = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(beginning);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        RequireSettings(temperature, top);
        if (beginning.Count == 0)
            throw new ArgumentException("The beginning must hold at least one symbol, such as a start symbol.", nameof(beginning));
        int count = model.Count(states);
        int[][] written = [.. Enumerable.Range(0, count).Select(_ => new int[length])];
        int[] last = new int[count];
        for (int step = 0; step < beginning.Count - 1 + length; step++)
        {
            if (step < beginning.Count) Array.Fill(last, beginning[step]);
            (double[,] logProbabilities, states) = model.Step(states, last);
            int place = step - (beginning.Count - 1);
            if (place < 0) continue;
            last = new int[count];
            for (int b = 0; b < count; b++) last[b] = written[b][place] = Draw(Row(logProbabilities, b), random, temperature, top);
        }

        return written;
    }

    private static int MostProbable(ReadOnlySpan<double> logProbabilities)
    {
        int best = 0;
        for (int k = 0; k < logProbabilities.Length; k++)
        {
            if (double.IsNaN(logProbabilities[k]) || double.IsPositiveInfinity(logProbabilities[k]))
            {
                throw new ArgumentException(
                    $"The log-probability of symbol {k} is {logProbabilities[k]}: are the model's weights finite?",
                    nameof(logProbabilities));
            }

            if (logProbabilities[k] > logProbabilities[best]) best = k;
        }

        if (logProbabilities.Length == 0 || double.IsNegativeInfinity(logProbabilities[best]))
            throw new ArgumentException("No symbol has a probability above 0, so none can be drawn.", nameof(logProbabilities));
        return best;
    }

    // The most probable symbols, the smaller numbers first among equals.
    private static bool[] Allowed(ReadOnlySpan<double> logProbabilities, int top)
    {
        bool[] allowed = new bool[logProbabilities.Length];
        if (top >= allowed.Length)
        {
            Array.Fill(allowed, true);
            return allowed;
        }

        double[] values = logProbabilities.ToArray();
        foreach (int k in Enumerable.Range(0, values.Length).OrderByDescending(k => values[k]).Take(top)) allowed[k] = true;
        return allowed;
    }

    private static double[] Row(double[,] table, int row)
    {
        double[] values = new double[table.GetLength(1)];
        for (int k = 0; k < values.Length; k++) values[k] = table[row, k];
        return values;
    }

    private static void RequireSettings(double temperature, int? top)
    {
        if (!(temperature >= 0) || double.IsPositiveInfinity(temperature))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature must be a finite number, at least 0.");
        if (top < 1) throw new ArgumentOutOfRangeException(nameof(top), top, "At least one symbol must be left to draw.");
    }
}
