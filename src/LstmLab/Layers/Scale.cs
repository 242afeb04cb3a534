using System.Numerics;

namespace LstmLab;

/// <summary>A fixed map of each feature of the last axis: <c>y = (x − offset) / scale</c>, or its inverse <c>y = x ⊙ scale + offset</c>;
/// nothing in it is learnt.</summary>
public sealed class Scale<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _offset, _scale;

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
        if (offset.Length == 0 || offset.Length != scale.Length)
            throw new ShapeException($"offset and scale must hold one number a feature, but hold {offset.Length} and {scale.Length}.");
        if (!offset.All(T.IsFinite) || !scale.All(value => T.IsFinite(value) && value != T.Zero))
            throw new ArgumentException("offset and scale must be finite, and no scale 0.");
        (_offset, _scale, IsInverse) = ([.. offset], [.. scale], inverse);
    }

    /// <summary>One a feature.</summary>
    public IReadOnlyList<T> Offset => _offset;

    /// <summary>One a feature.</summary>
    public IReadOnlyList<T> Factor => _scale;

    /// <summary>Whether it leads from the scaled values back.</summary>
    public bool IsInverse { get; }

    /// <inheritdoc/>
    public override string Description => $"Scale({_scale.Length}{(IsInverse ? ", inverse" : "")})";

    /// <inheritdoc/>
    public override int? InputWidth => _scale.Length;

    /// <summary>x is [B, I] or [T, B, I]; so is the result.</summary>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> x = call.Input();
        if (x.Data.Rank == 2) x.Data.Require("x", "[B, I]", -1, _scale.Length);
        else x.Data.Require("x", "[T, B, I]", -1, -1, _scale.Length);
        ReadOnlySpan<T> input = x.Data.Flat();
        Span<T> output = call.OutputLike(x).Flat();
        for (int n = 0; n < input.Length; n++)
        {
            int j = n % _scale.Length;
            // Two roundings, as every runtime has them.
            if (IsInverse) output[n] = (input[n] * _scale[j]) + _offset[j];
            else output[n] = (input[n] - _offset[j]) / _scale[j];
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.InputGradient() is not { } dX) return;
        ReadOnlySpan<T> dOutput = call.OutputGradient()!.Flat();
        Span<T> dInput = dX.Flat();
        for (int n = 0; n < dOutput.Length; n++)
        {
            int j = n % _scale.Length;
            dInput[n] = IsInverse ? dOutput[n] * _scale[j] : dOutput[n] / _scale[j];
        }
    }
}
