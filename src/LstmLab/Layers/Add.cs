using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>The sum of inputs of one shape, such as a residual connection.
/// <code>y = x₁ + x₂ + …,  dXₙ = dY</code></summary>
/// <remarks>Nothing is broadcast. Inputs that have lengths must have the same; an input without takes them.
/// K. He et al., "Deep residual learning for image recognition", CVPR 2016.</remarks>
public sealed class Add<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> first = call.Input();
        IReadOnlyList<int>? lengths = SequenceInputs.CommonLengths(call);
        for (int n = 1; n < call.Inputs.Count; n++)
        {
            Tensor<T> x = call.Input(n).Data;
            if (!x.Lengths.SequenceEqual(first.Data.Lengths))
                throw new ShapeException($"Input {n} of Add is {x.Shape()}, but input 0 is {first.Data.Shape()}: nothing is broadcast.");
        }

        Span<T> y = call.OutputLike(first, lengths: lengths).Flat();
        first.Data.Flat().CopyTo(y);
        for (int n = 1; n < call.Inputs.Count; n++) TensorPrimitives.Add(y, call.Input(n).Data.Flat(), y);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        for (int n = 0; n < call.Inputs.Count; n++)
            if (call.InputGradient(n) is { } dX) call.OutputGradient()!.Flat().CopyTo(dX.Flat());
    }
}
