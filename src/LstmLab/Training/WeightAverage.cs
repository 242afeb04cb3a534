using System.Numerics;

namespace LstmLab;

/// <summary>The exponential moving average of a model's weights, less noisy than the weights themselves: B. Polyak, A. Juditsky,
/// "Acceleration of stochastic approximation by averaging", SIAM J. Control and Optimization 30, 1992.
/// <code>
/// average = average + (1 − d)(weights − average)        d = min(decay, s / (s + 9)) at step s, from 1
/// </code></summary>
/// <remarks>d starts low, so that the initial weights are soon forgotten.</remarks>
internal sealed class WeightAverage<T>(Module<T> model, double decay) where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly T[][] _average = [.. model.Parameters.Select(parameter => (T[])parameter.Values.Clone())];
    private int _step;

    /// <summary>Takes the present weights in.</summary>
    public void Update()
    {
        _step++;
        T share = T.CreateTruncating(1 - Math.Min(decay, _step / (_step + 9.0)));
        for (int n = 0; n < _average.Length; n++)
        {
            T[] average = _average[n], weights = model.Parameters[n].Values;
            for (int k = 0; k < average.Length; k++) average[k] = T.FusedMultiplyAdd(share, weights[k] - average[k], average[k]);
        }
    }

    /// <summary>Exchanges the model's weights and their average; a second call undoes it.</summary>
    public void Swap()
    {
        for (int n = 0; n < _average.Length; n++)
        {
            T[] average = _average[n], weights = model.Parameters[n].Values;
            for (int k = 0; k < average.Length; k++) (average[k], weights[k]) = (weights[k], average[k]);
        }
    }
}
