using MathNet.Numerics.LinearAlgebra;

namespace LstmLab.Forecasting;

/// <summary>DLinear: a moving average splits the window into trend and remainder, and a linear map of each, summed, is the forecast of all
/// steps. A. Zeng, M. Chen, L. Zhang, Q. Xu, "Are transformers effective for time series forecasting?", AAAI 2023.
/// <code>
/// trend(t) = mean of x(t − (w − 1)/2) … x(t + (w − 1)/2)       x the window [L], its ends repeated
/// ŷ        = W₁ trend + W₂ (x − trend) + b                     W₁, W₂ [Steps, L], b [Steps]
/// </code></summary>
/// <remarks>
/// <para>Deviations: the paper trains by Adam on the mean squared error and stops on validation; here the same error plus
/// <c>λ (‖W₁‖² + ‖W₂‖²)</c> is solved in closed form, λ chosen by generalized cross-validation on training (G. Golub, M. Heath, G. Wahba,
/// Technometrics 21, 1979), so that no seed matters. The paper shares one map among all series; here each series has its own.</para>
/// <para>Without λ the two maps are one: DLinear is then <see cref="LinearLags"/> on L lags, and the split says nothing.</para>
/// </remarks>
public sealed class DLinear : Baseline
{
    private readonly int _window, _kernel;

    /// <summary>Chooses window and moving average.</summary>
    /// <param name="window">L, rows before the origin, at least 1.</param>
    /// <param name="kernel">w, rows averaged: odd; the paper's 25 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is below 1, or the kernel is even or below 1.</exception>
    public DLinear(int window, int kernel = 25) : base($"DLinear {window}")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (kernel < 1 || kernel % 2 == 0)
            throw new ArgumentOutOfRangeException(nameof(kernel), kernel,
                "The kernel must be odd and at least 1, so that it has a middle.");
        (_window, _kernel) = (window, kernel);
    }

    private protected override int Lookback(ForecastTask task) => _window;

    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        IReadOnlyList<int> steps = training.Task.Steps;
        double[] y = training.Target.ToArray();
        int[] origins = [.. Enumerable.Range(_window, Math.Max(0, y.Length - steps[^1] + 1 - _window))];
        if (origins.Length < 3)
            throw new ArgumentException($"{Name}: {y.Length} training rows hold {origins.Length} windows of {_window} rows with a target "
                + $"{steps[^1]} ahead, but 3 are needed; give it more rows or a shorter window.");
        Matrix<double> x = Matrix<double>.Build.DenseOfRowArrays(origins.Select(origin => Features(y.AsSpan(0, origin))));
        Ridge ridge = Ridge.Fit(x, Matrix<double>.Build.Dense(origins.Length, steps.Count, (n, s) => y[origins[n] + steps[s] - 1]));
        return context => ridge.Predict(Features(context.Target));
    }

    // Trend and remainder of the window before the end, [2 L].
    private double[] Features(ReadOnlySpan<double> past)
    {
        ReadOnlySpan<double> x = past[^_window..];
        double[] features = new double[2 * _window];
        for (int t = 0; t < _window; t++)
        {
            double sum = 0;
            for (int j = t - (_kernel / 2); j <= t + (_kernel / 2); j++) sum += x[Math.Clamp(j, 0, _window - 1)];
            features[t] = sum / _kernel;
            features[_window + t] = x[t] - features[t];
        }

        return features;
    }
}
