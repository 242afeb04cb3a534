namespace LstmLab.Forecasting;

/// <summary>The probability of an event, by whether it happened last: relative frequencies of a target of 0 and 1 in training,
/// <c>ŷ(o + k) = P(y(t + k) = 1 | y(t) = y(o))</c>.</summary>
public sealed class MarkovChain() : Baseline("Markov chain")
{
    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        double[] y = training.Target.ToArray();
        Dictionary<int, double[]> chances = training.Task.Steps.ToDictionary(k => k, k => new[] { Chance(k, 0), Chance(k, 1) });
        return context =>
        {
            int state = context.Target[^1] > 0 ? 1 : 0;
            return Each(context, k => chances[k][state]);
        };

        // Laplace's rule keeps a state that was never met at one half.
        double Chance(int k, int state)
        {
            double[] next = [.. y.Skip(k).Zip(y, (later, now) => (later, now)).Where(pair => (pair.now > 0 ? 1 : 0) == state)
                .Select(pair => pair.later)];
            return (next.Sum() + 1) / (next.Length + 2);
        }
    }
}
