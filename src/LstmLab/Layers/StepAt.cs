using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>One step of sequences: x [T, B, I] gives y = x_t, [1, B, I], so that a decoder can be written step by step.
/// <code>for (int t = 0; t &lt; T; t++) y = decoder.ForwardWithStates(step.At(x, t), h, c).Y;</code></summary>
/// <remarks>The result carries no lengths: a step beyond a sequence's length is read like any other.</remarks>
public sealed class StepAt<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private int _t;

    /// <summary>True: a step's gradient touches that step alone.</summary>
    public override bool AddsToInputGradient(int input) => true;

    /// <summary>Step t.</summary>
    /// <param name="x">[T, B, I].</param>
    /// <param name="t">0 … T − 1.</param>
    /// <returns>[1, B, I].</returns>
    /// <exception cref="ShapeException">x has another number of axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">t is below 0 or not below T.</exception>
    public Value<T> At(Value<T> x, int t)
    {
        ArgumentNullException.ThrowIfNull(x);
        x.Data.Require("x", "[T, B, I]", -1, -1, -1);
        if (t < 0 || t >= x.Data.Length(0))
            throw new ArgumentOutOfRangeException(nameof(t), t, $"t must be 0 … T − 1 = {x.Data.Length(0) - 1}, but is {t}.");
        _t = t;
        return Record(x)[0];
    }

    /// <summary>The first step.</summary>
    public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs) => At(inputs[0], 0);

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Tensor<T> x = call.Input().Data;
        Tensor<T> y = call.Output(0, null, 1, x.Length(1), x.Length(2));
        int size = y.Flat().Length;
        call.State(() => new Place()).T = _t;
        x.Flat().Slice(_t * size, size).CopyTo(y.Flat());
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.InputGradient() is not { } dX) return;
        ReadOnlySpan<T> dY = call.OutputGradient()!.Flat();
        Span<T> sum = dX.Flat().Slice(call.State(() => new Place()).T * dY.Length, dY.Length);
        TensorPrimitives.Add(sum, dY, sum);
    }

    /// <summary>The step that a call took.</summary>
    internal static int StepOf(Call<T> call) => call.State(() => new Place()).T;

    private sealed class Place
    {
        public int T { get; set; }
    }
}
