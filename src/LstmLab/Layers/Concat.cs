using System.Numerics;

namespace LstmLab;

/// <summary>Inputs side by side on the last axis: [.., I₁], [.., I₂], … become [.., I₁ + I₂ + …].
/// <code>y = (x₁; x₂; …),  dX₁ = the first I₁ columns of dY, dX₂ = the next I₂, …</code></summary>
/// <remarks>All other axes must agree; nothing is broadcast. Inputs that have lengths must have the same; an input without takes
/// them.</remarks>
public sealed class Concat<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Null: it is the sum of all inputs' widths.</summary>
    public override int? OutputWidth(int? inputWidth) => null;

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> first = call.Input();
        IReadOnlyList<int>? lengths = SequenceInputs.CommonLengths(call);
        int width = 0;
        for (int n = 0; n < call.Inputs.Count; n++)
        {
            Value<T> input = call.Input(n);
            ReadOnlySpan<nint> found = input.Data.Lengths;
            if (input.Data.Rank != first.Data.Rank || !found[..^1].SequenceEqual(first.Data.Lengths[..^1]))
            {
                throw new ShapeException(
                    $"Input {n} of Concat is {input.Data.Shape()}, but input 0 is {first.Data.Shape()}: only the last axis may differ.");
            }

            width += input.Data.Length(found.Length - 1);
        }

        Span<T> y = call.OutputLike(first, width, lengths).Flat();
        for (int n = 0, column = 0; n < call.Inputs.Count; n++)
        {
            ReadOnlySpan<T> x = call.Input(n).Data.Flat();
            int own = Width(call, n);
            for (int row = 0; row * own < x.Length; row++) x.Slice(row * own, own).CopyTo(y[((row * width) + column)..]);
            column += own;
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ReadOnlySpan<T> dY = call.OutputGradient()!.Flat();
        int width = call.OutputGradient()!.Length(call.OutputGradient()!.Rank - 1);
        for (int n = 0, column = 0; n < call.Inputs.Count; n++)
        {
            int own = Width(call, n);
            Span<T> dX = call.InputGradient(n) is { } wanted ? wanted.Flat() : [];
            for (int row = 0; row * own < dX.Length; row++) dY.Slice((row * width) + column, own).CopyTo(dX[(row * own)..]);
            column += own;
        }
    }

    private static int Width(Call<T> call, int n) => call.Input(n).Data.Length(call.Input(n).Data.Rank - 1);
}
