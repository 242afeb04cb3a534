using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Looks at the states that a model takes and returns, where the model itself is under suspicion.</summary>
/// <param name="run">The model on its sequences.</param>
/// <param name="equal">Whether two outputs or states count as equal.</param>
internal sealed class StateInspection<T>(StateRun<T> run, Func<T[], T[], bool> equal) where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly StateCall<T> _call = run.Call(run.X, run.Initial);

    /// <summary>States that are not taken in, not given out, or cleared.</summary>
    public IReadOnlyList<StateFault> Unconnected()
    {
        List<StateFault> faults = [];
        Tensor<T>[] other = [.. run.Initial.Select(OtherThan)];
        StateCall<T> changed = run.Call(run.X, other);
        foreach (StateSlot slot in StateSlot.Whole(run.Initial))
        {
            Tensor<T>[] one = [.. run.Initial.Select((state, n) => n == slot.State ? other[n] : state)];
            T[] after = changed.States[slot.State].ToArray();
            // The first step shows it where a longer run may have forgotten it.
            if (equal(run.Call(run.X.Steps(0, 1), one).Y.ToArray(), run.Call(run.X.Steps(0, 1), run.Initial).Y.ToArray()))
                faults.Add(new(StateFaultKind.NotUsed, $"{slot.Name} is not used: whatever is passed in, the outputs are the same"));
            else if (equal(after, other[slot.State].ToArray()))
                faults.Add(new(StateFaultKind.NeverFedBack, $"{slot.Name} is returned as it was passed in: it is never fed back"));
            else if (equal(after, new T[after.Length]))
                faults.Add(new(StateFaultKind.ResetAtEachCall, $"{slot.Name} is returned as zeros: it is reset at each call"));
        }

        return faults;
    }

    /// <summary>States that are copies of another state, another layer, or another step of the outputs.</summary>
    public IReadOnlyList<StateFault> Copies()
    {
        List<StateFault> faults = [];
        StateSlot[] slots = StateSlot.ByLayer(run.Initial);
        for (int n = 0; n < slots.Length; n++)
        {
            T[] values = slots[n].In(_call.States).ToArray();
            string? source = StepOf(slots[n], values);
            StateFaultKind kind = source == BeforeLast ? StateFaultKind.OneStepLate : StateFaultKind.WrongOutput;
            if (source is null && slots[..n].FirstOrDefault(before => equal(before.In(_call.States).ToArray(), values)) is { } twin)
                source = $"it is the same as {twin.Name}";
            if (source is not null) faults.Add(new(kind, $"{slots[n].Name} is returned from the wrong output: {source}"));
        }

        return faults;
    }

    private const string BeforeLast = "it is the output y of the step before the last, one step late";

    // The hidden state of the last layer is the output of the last step in a layer alone, so that one is right there.
    private string? StepOf(StateSlot slot, T[] values)
    {
        int last = _call.Y.Length(0) - 1;
        for (int t = 0; t <= last; t++)
        {
            if (!equal(_call.Y.Steps(t, t + 1).ToArray(), values)) continue;
            bool mayBeRight = t == last && slot.State == 0 && slot.Layer == slot.Layers - 1;
            return mayBeRight ? null
                : t == last ? "it is the output y of the last step"
                : t == last - 1 ? BeforeLast
                : $"it is the output y of step {t} of {last + 1}";
        }

        return null;
    }

    private Tensor<T> OtherThan(Tensor<T> state, int index)
    {
        RandomStream random = new(0, "state check", index);
        T[] values = [.. state.ToArray().Select(value => value + T.CreateChecked(random.NextUniform(0.25, 0.75)))];
        return Tensor.Create(values, state.Lengths);
    }
}
