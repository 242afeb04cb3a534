using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Single steps one after another: U values [1, B, O] or [B, O] become [U, B, O].</summary>
public sealed class StackSteps<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private Value<T>?[] _steps = [];
    private IReadOnlyList<int>? _lengths;

    /// <summary>Stacks steps.</summary>
    /// <param name="steps">U values of one shape, [1, B, O] or [B, O], in the order of time.</param>
    /// <param name="lengths">Length of each sequence, each 1 … U, such as the target's; null when all are U long.</param>
    /// <returns>[U, B, O].</returns>
    /// <exception cref="ShapeException">A shape or a length disagrees.</exception>
    public Value<T> Stack(IReadOnlyList<Value<T>> steps, IReadOnlyList<int>? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (_steps.Length != steps.Count) _steps = new Value<T>?[steps.Count];
        for (int u = 0; u < _steps.Length; u++) _steps[u] = steps[u];
        _lengths = lengths;
        return Record(_steps)[0];
    }

    /// <summary>Stacks steps; all sequences are as long as there are.</summary>
    public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
    {
        _lengths = null;
        return Record(inputs)[0];
    }

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Tensor<T> first = call.Input().Data;
        if (first.Rank == 2) first.Require("Step 0", "[B, O]", -1, -1);
        else first.Require("Step 0", "[1, B, O]", 1, -1, -1);
        Tensor<T> y = call.Output(0, _lengths, call.Inputs.Count, first.Length(first.Rank - 2), first.Length(first.Rank - 1));
        Bptt<T>.RequireSequences(y, _lengths);
        int size = first.Flat().Length;
        for (int u = 0; u < call.Inputs.Count; u++)
        {
            Tensor<T> step = call.Input(u).Data;
            if (!step.Lengths.SequenceEqual(first.Lengths))
                throw new ShapeException($"Step {u} is {step.Shape()}, but step 0 is {first.Shape()}: all must have one shape.");
            step.Flat().CopyTo(y.Flat()[(u * size)..]);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ReadOnlySpan<T> dY = call.OutputGradient()!.Flat();
        int size = dY.Length / call.Inputs.Count;
        for (int u = 0; u < call.Inputs.Count; u++)
            if (call.InputGradient(u) is { } dStep) dY.Slice(u * size, size).CopyTo(dStep.Flat());
    }
}
