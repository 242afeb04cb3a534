using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>One call of a model.</summary>
/// <param name="X">The chunk, [t, B, I].</param>
/// <param name="Before">The states that entered it.</param>
/// <param name="Y">Its outputs, [t, B, O].</param>
/// <param name="States">The states after it.</param>
internal sealed record StateCall<T>(Tensor<T> X, IReadOnlyList<Tensor<T>> Before, Tensor<T> Y, IReadOnlyList<Tensor<T>> States);

/// <summary>A model with states as arguments on the sequences that it is checked with.</summary>
/// <param name="model">The model.</param>
/// <param name="x">Sequences, [T, B, I].</param>
/// <param name="initial">The states before the first step.</param>
internal sealed class StateRun<T>(StatefulModel<T> model, Tensor<T> x, IReadOnlyList<Tensor<T>> initial)
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The sequences, [T, B, I].</summary>
    public Tensor<T> X => x;

    /// <summary>The states before the first step.</summary>
    public IReadOnlyList<Tensor<T>> Initial => initial;

    /// <summary>One call.</summary>
    /// <exception cref="ShapeException">The outputs are not one row a step, or the states are not like those passed in.</exception>
    public StateCall<T> Call(Tensor<T> chunk, IReadOnlyList<Tensor<T>> states)
    {
        // A model that writes into what it is given shall not change what the check holds.
        (Tensor<T> y, IReadOnlyList<Tensor<T>> after) = model(chunk.Copy(), [.. states.Select(state => state.Copy())]);
        RequireSteps(y, chunk);
        if (after.Count != states.Count)
            throw new ShapeException(
                $"The model returns {after.Count} states, but {states.Count} were passed in: return each that it takes.");
        for (int n = 0; n < after.Count; n++)
        {
            if (after[n].Lengths.SequenceEqual(states[n].Lengths)) continue;
            throw new ShapeException(
                $"State {StateSlot.NameOf(n, after.Count)} that the model returns must be {states[n].Shape()}, as it was passed in, "
                + $"but is {after[n].Shape()}.");
        }

        return new(chunk, states, y, after);
    }

    /// <summary>The outputs in chunks, [T, B, O].</summary>
    /// <param name="sizes">Steps of each chunk.</param>
    /// <param name="carry">The states that enter the next chunk, from a call and the one before it.</param>
    public T[] Outputs(IReadOnlyList<int> sizes, Func<StateCall<T>, StateCall<T>?, IReadOnlyList<Tensor<T>>> carry)
    {
        List<T> outputs = [];
        IReadOnlyList<Tensor<T>> states = initial;
        StateCall<T>? previous = null;
        foreach (Tensor<T> chunk in x.Cut(sizes))
        {
            StateCall<T> call = Call(chunk, states);
            outputs.AddRange(call.Y.Flat());
            states = carry(call, previous);
            previous = call;
        }

        return [.. outputs];
    }

    /// <summary>Throws unless outputs are a row for each step and sequence.</summary>
    public static void RequireSteps(Tensor<T> y, Tensor<T> chunk)
    {
        if (y.HasShape(chunk.Length(0), chunk.Length(1), -1)) return;
        throw new ShapeException(
            $"y must be [t, B, O] = {Tensors.Show([chunk.Length(0), chunk.Length(1), -1])}, a row for each step of the chunk, "
            + $"but is {y.Shape()}: let the model return its outputs of all steps.");
    }
}
