using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace LstmLab;

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
        Span<T> mask = _lastMask.Flat();
        Span<double> uniform = stackalloc double[256];
        double scale = Probability == 1 ? 0 : 1 / (1 - Probability);
        for (int start = 0; start < mask.Length; start += uniform.Length)
        {
            int count = Math.Min(uniform.Length, mask.Length - start);
            for (int n = 0; n < count; n++) uniform[n] = _random.NextDouble();
            Elementwise.Run<double, Drop>(new() { Uniform = uniform, Mask = mask[start..], Probability = Probability, Scale = scale }, 0, count);
        }

        Elementwise.Run<T, Apply>(new() { Values = x.Flat(), Mask = mask, Result = y.Flat() }, 0, mask.Length);
        return y;
    }

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        if (_lastMask is null) return dY;
        Tensor<T> dX = _dX.Like(dY);
        Elementwise.Run<T, Apply>(new() { Values = dY.Flat(), Mask = _lastMask.Flat(), Result = dX.Flat() }, 0, (nint)dY.FlattenedLength);
        return dX;
    }

    internal override void NumberStreams(int first) => (_stream, _random) = (first, null);

    // What stays is kept at scale.
    private ref struct Drop : IElementwise<double>
    {
        public ReadOnlySpan<double> Uniform;
        public Span<T> Mask;
        public double Probability, Scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, double> =>
            Mask.Narrow(n, V.Where(V.Of(Probability), Uniform.Load<double, V>(n), V.Of(0), V.Of(Scale)));
    }

    // 0 where dropped, whatever the value.
    private ref struct Apply : IElementwise<T>
    {
        public ReadOnlySpan<T> Values, Mask;
        public Span<T> Result;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T>
        {
            V mask = Mask.Load<T, V>(n), zero = V.Of(T.Zero);
            Result.Store(n, V.Where(mask, zero, Values.Load<T, V>(n) * mask, zero));
        }
    }
}
