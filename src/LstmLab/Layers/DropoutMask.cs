using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>The mask of one call of inverted dropout: 0 with the given probability, else 1/(1 − probability).</summary>
internal sealed class DropoutMask<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorCache<T> _cache = new();
    private Tensor<T>? _mask;
    private RandomStream? _random;
    private ulong _seed;
    private string _purpose = "";

    /// <summary>Draws the mask and writes <c>y = mask ⊙ x</c>.</summary>
    /// <param name="x">Values of any shape.</param>
    /// <param name="y">Receives the result, in the same shape.</param>
    /// <param name="probability">Of a value being set to 0, in (0, 1].</param>
    /// <param name="pass">Its seed and step choose the stream.</param>
    /// <param name="purpose">Tells the stream from those of other layers and calls.</param>
    public void Forward(Tensor<T> x, Tensor<T> y, double probability, Pass pass, string purpose)
    {
        if (_random is null || _seed != pass.Seed || _purpose != purpose)
        {
            _seed = pass.Seed;
            _purpose = purpose;
            _random = new RandomStream(_seed, purpose);
        }

        _random.Seek(pass.Step);
        _mask = _cache.Like(x);
        Span<T> mask = _mask.Flat();
        Span<double> uniform = stackalloc double[256];
        double scale = probability == 1 ? 0 : 1 / (1 - probability);
        for (int start = 0; start < mask.Length; start += uniform.Length)
        {
            int count = Math.Min(uniform.Length, mask.Length - start);
            for (int n = 0; n < count; n++) uniform[n] = _random.NextDouble();
            Drop drop = new() { Uniform = uniform, Mask = mask[start..], Probability = probability, Scale = scale };
            Elementwise.Run<double, Drop>(drop, 0, count);
        }

        Elementwise.Run<T, Apply>(new() { Values = x.Flat(), Mask = mask, Result = y.Flat() }, 0, mask.Length);
    }

    /// <summary><c>dX = mask ⊙ dY</c>, with the mask of the last <see cref="Forward"/>.</summary>
    public void Backward(Tensor<T> dY, Tensor<T> dX) =>
        Elementwise.Run<T, Apply>(new() { Values = dY.Flat(), Mask = _mask!.Flat(), Result = dX.Flat() }, 0, (nint)dY.FlattenedLength);

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
