namespace LstmLab.Forecasting;

/// <summary>Volatility as a cascade of horizons, on absolute returns: F. Corsi, "A simple approximate long-memory model of realized
/// volatility", J. Financial Econometrics 7, 2009; the falls as in F. Corsi, R. Renò, JBES 30, 2012.
/// <code>
/// s(o + k) = w₀ + w₁ |r(o)| + w₂ mean(|r|, last 5) + w₃ mean(|r|, last 22)      (+ w₄ … w₆, the same of min(r, 0))
/// ŷ(o + k) = c s(o + k)²                                                         c = mean(r² / s²) in training, which makes the mean of
/// r² / ŷ one
/// </code></summary>
/// <param name="leverage">Covariate that holds the returns; null for the model without their sign.</param>
/// <remarks>The target is r². A variance is positive: s is raised to a twentieth of its training mean where it is smaller.</remarks>
public sealed class Har(string? leverage = null) : Baseline(leverage is null ? "HAR" : "HAR with leverage")
{
    private static readonly int[] Spans = [1, 5, 22];

    private protected override int Lookback(ForecastTask task) => Spans[^1];

    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        int column = Columns.IndexOf(training.Task, leverage);
        double[] absolute = Array.ConvertAll(training.Target.ToArray(), Math.Sqrt);
        double floor = absolute.Average() / 20;
        Dictionary<int, Func<double[], double>> steps = training.Task.Steps.ToDictionary(k => k, k =>
        {
            int[] origins = [.. Enumerable.Range(Spans[^1], Math.Max(0, absolute.Length - k + 1 - Spans[^1]))];
            double[][] x = [.. origins.Select(origin => Regressors(training.At(origin)))];
            double[] weights = LeastSquares.Solve(x, [.. origins.Select(origin => absolute[origin + k - 1])], Name);
            double Square(double[] row) => Math.Max(floor, row.Zip(weights, (value, weight) => value * weight).Sum()) is var s ? s * s : 0;
            double c = origins.Zip(x, (origin, row) => absolute[origin + k - 1] * absolute[origin + k - 1] / Square(row)).Average();
            return (Func<double[], double>)(row => c * Square(row));
        });
        return context =>
        {
            double[] x = Regressors(context);
            return Each(context, k => steps[k](x));
        };

        double[] Regressors(ForecastContext context)
        {
            List<double> x = [1];
            foreach (int span in Spans)
            {
                (double size, double fall) = (0, 0);
                for (int row = context.Origin - span; row < context.Origin; row++)
                {
                    size += Math.Sqrt(context.Target[row]) / span;
                    if (column >= 0) fall += Math.Min(0, context.PastCovariate(column)[row]) / span;
                }

                x.Add(size);
                if (column >= 0) x.Add(fall);
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
        int index = name is null ? -1 : task.PastCovariates.ToList().IndexOf(name);
        return name is null || index >= 0 ? index
            : throw new ArgumentException($"The task has no covariate "
            + $"'{name}'; its covariates are {string.Join(", ", task.PastCovariates)}.");
    }
}
