namespace LstmLab.Forecasting;

/// <summary>Volatility as a cascade of horizons: F. Corsi, "A simple approximate long-memory model of realized volatility", J. Financial Econometrics 7, 2009.
/// <code>
/// ŷ(o + k) = w₀ + w₁ y(o) + w₂ mean(last 5) + w₃ mean(last 22)      (+ w₄ … w₆, the same of y where the return was negative)
/// </code></summary>
/// <param name="leverage">Covariate that holds the returns; null for the model without their sign.</param>
/// <remarks>The target is a variance, such as a squared return; forecasts below a hundredth of the training mean are raised to it, as a variance is positive.</remarks>
public sealed class Har(string? leverage = null) : Baseline(leverage is null ? "HAR" : "HAR with leverage")
{
    private static readonly int[] Spans = [1, 5, 22];

    /// <inheritdoc/>
    protected override Func<Past, double[]> Fit(Past training)
    {
        int column = Columns.IndexOf(training.Task, leverage);
        double[] target = training.Target.ToArray();
        double floor = target.Average() / 100;
        Dictionary<int, double[]> weights = training.Task.Steps.ToDictionary(k => k, k =>
        {
            int[] origins = [.. Enumerable.Range(Spans[^1], Math.Max(0, target.Length - k + 1 - Spans[^1]))];
            return LeastSquares.Solve([.. origins.Select(origin => Regressors(training.At(origin)))], [.. origins.Select(origin => target[origin + k - 1])], Name);
        });
        return past =>
        {
            double[] x = Regressors(past);
            return Each(past, k => Math.Max(floor, x.Zip(weights[k], (value, weight) => value * weight).Sum()));
        };

        double[] Regressors(Past past)
        {
            List<double> x = [1];
            foreach (int span in Spans)
            {
                (double all, double falls) = (0, 0);
                for (int row = past.Origin - span; row < past.Origin; row++)
                {
                    all += past.Target[row] / span;
                    if (column >= 0 && past.Covariate(column)[row] < 0) falls += past.Target[row] / span;
                }

                x.Add(all);
                if (column >= 0) x.Add(falls);
            }

            return [.. x];
        }
    }
}

/// <summary>Covariates by name.</summary>
internal static class Columns
{
    /// <summary>Its number among the task's covariates; −1 for null.</summary>
    public static int IndexOf(ForecastTask task, string? name)
    {
        int index = name is null ? -1 : task.Covariates.ToList().IndexOf(name);
        return name is null || index >= 0 ? index : throw new ArgumentException($"The task has no covariate '{name}'; its covariates are {string.Join(", ", task.Covariates)}.");
    }
}
