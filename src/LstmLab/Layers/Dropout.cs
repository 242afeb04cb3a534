using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Numerics;

namespace LstmLab.Layers;

/// <summary>
/// Inverted dropout: in training each value is set to 0 with the given probability and the others are divided by 1 − probability;
/// in inference nothing happens. N. Srivastava et al., "Dropout…", JMLR 15, 2014.
/// </summary>
public sealed class Dropout<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Buffer<T> _mask = new(), _y = new(), _dX = new();
    private double _probability;
    private Tensor<T>? _lastMask;
    private RandomStream? _random;
    private ulong _seed;
    private int _stream;

    /// <summary>Makes the layer.</summary>
    /// <param name="probability">Of an element being set to 0, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability lies outside [0, 1].</exception>
    public Dropout(double probability) => Probability = probability;

    /// <summary>Probability of an element being set to 0, in [0, 1]; may be changed at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability lies outside [0, 1].</exception>
    public double Probability
    {
        get => _probability;
        set => _probability = value is >= 0 and <= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Dropout is the probability of an element being set to 0 and must lie in [0, 1].");
    }

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Pass pass)
    {
        _lastMask = null;
        if (!pass.Training || Probability == 0) return x;
        if (_random is null || _seed != pass.Seed) _random = new RandomStream(_seed = pass.Seed, $"dropout {_stream}");
        _random.Seek(pass.Step);
        _lastMask = _mask.Like(x);
        Tensor<T> y = _y.Like(x);
        Span<T> mask = _lastMask.Flat(), output = y.Flat();
        ReadOnlySpan<T> input = x.Flat();
        T scale = Probability == 1 ? T.Zero : T.CreateChecked(1 / (1 - Probability));
        for (int n = 0; n < input.Length; n++)
        {
            mask[n] = _random.NextDouble() < Probability ? T.Zero : scale;
            output[n] = mask[n] == T.Zero ? T.Zero : input[n] * mask[n];
        }

        return y;
    }

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        if (_lastMask is null) return dY;
        Tensor<T> dX = _dX.Like(dY);
        ReadOnlySpan<T> mask = _lastMask.Flat(), dOutput = dY.Flat();
        Span<T> dInput = dX.Flat();
        for (int n = 0; n < mask.Length; n++) dInput[n] = dOutput[n] * mask[n];
        return dX;
    }

    internal override void NumberStreams(int first) => (_stream, _random) = (first, null);
}
