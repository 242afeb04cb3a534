using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A fixed map of each feature of the last axis: <c>y = (x − offset) / scale</c>, or its inverse <c>y = x ⊙ scale + offset</c>; nothing in it is learnt.</summary>
public sealed class Scale<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _offset, _scale;
    private readonly Buffer<T> _y = new(), _dX = new();

    /// <summary>Takes copies.</summary>
    /// <param name="offset">One a feature.</param>
    /// <param name="scale">One a feature, not 0.</param>
    /// <param name="inverse">Whether it leads from the scaled values back.</param>
    /// <exception cref="ShapeException">The arrays are empty or differ in length.</exception>
    /// <exception cref="ArgumentException">A number is not finite, or a scale is 0.</exception>
    public Scale(T[] offset, T[] scale, bool inverse = false)
    {
        ArgumentNullException.ThrowIfNull(offset);
        ArgumentNullException.ThrowIfNull(scale);
        if (offset.Length == 0 || offset.Length != scale.Length) throw new ShapeException($"offset and scale must hold one number a feature, but hold {offset.Length} and {scale.Length}.");
        if (!offset.All(T.IsFinite) || !scale.All(value => T.IsFinite(value) && value != T.Zero)) throw new ArgumentException("offset and scale must be finite, and no scale 0.");
        (_offset, _scale, IsInverse) = ([.. offset], [.. scale], inverse);
    }

    /// <summary>One a feature.</summary>
    public IReadOnlyList<T> Offset => _offset;

    /// <summary>One a feature.</summary>
    public IReadOnlyList<T> Factor => _scale;

    /// <summary>Whether it leads from the scaled values back.</summary>
    public bool IsInverse { get; }

    /// <inheritdoc/>
    /// <remarks>x is [B, I] or [T, B, I]; so is the result.</remarks>
    public override Tensor<T> Forward(Tensor<T> x, Pass pass)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank == 2) x.Require("x", "[B, I]", -1, _scale.Length);
        else x.Require("x", "[T, B, I]", -1, -1, _scale.Length);
        Tensor<T> y = _y.Like(x);
        ReadOnlySpan<T> input = x.Flat();
        Span<T> output = y.Flat();
        for (int n = 0; n < input.Length; n++)
        {
            int j = n % _scale.Length;
            // Two roundings, as every runtime has them.
            if (IsInverse) output[n] = (input[n] * _scale[j]) + _offset[j];
            else output[n] = (input[n] - _offset[j]) / _scale[j];
        }

        return y;
    }

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = _dX.Like(dY);
        ReadOnlySpan<T> dOutput = dY.Flat();
        Span<T> dInput = dX.Flat();
        for (int n = 0; n < dOutput.Length; n++) dInput[n] = IsInverse ? dOutput[n] * _scale[n % _scale.Length] : dOutput[n] / _scale[n % _scale.Length];
        return dX;
    }
}
