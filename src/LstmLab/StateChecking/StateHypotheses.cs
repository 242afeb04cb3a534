using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A fault, and the outputs that it gives for a way to cut the sequences.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Outputs">From the sizes of the chunks to the outputs, [T, B, O].</param>
internal sealed record StateHypothesis<T>(StateFault Fault, Func<IReadOnlyList<int>, T[]> Outputs);

/// <summary>The faults that are tried.</summary>
internal static class StateHypotheses
{
    private const string Never = "never fed back: each chunk begins at the initial state";
    private const string Reset = "reset at each call: each chunk begins at zeros";
    private const string LateStep = "one step late: a chunk begins at the state before the last step of the chunk before it";
    private const string FirstStep = "taken from the wrong output: a chunk begins at the state after the first step of the chunk before it";
    private const string LateCall = "one call late: a chunk begins at the state that came out of the chunk before the last";

    /// <summary>
    /// Faults that can be had without touching a state: one call on the steps that the faulty code reads gives its outputs, for a run from
    /// the beginning is right by itself.
    /// </summary>
    /// <param name="x">Sequences, [T, B, I].</param>
    /// <param name="fromInitial">Outputs of a run that begins at the initial state.</param>
    /// <param name="fromZeros">Outputs of a run that begins at zeros.</param>
    public static IEnumerable<StateHypothesis<T>> OfWholeRuns<T>(
        Tensor<T> x, Func<Tensor<T>, Tensor<T>> fromInitial, Func<Tensor<T>, Tensor<T>> fromZeros) where T : struct, INumberBase<T>
    {
        yield return new(new(StateFaultKind.NeverFedBack, Never), sizes => EachAfter(sizes, fromInitial, _ => []));
        yield return new(new(StateFaultKind.ResetAtEachCall, Reset), sizes =>
            [.. x.Cut(sizes).SelectMany((chunk, k) => (k == 0 ? fromInitial(chunk) : fromZeros(chunk)).ToArray())]);
        yield return new(new(StateFaultKind.OneStepLate, LateStep), sizes => EachAfter(sizes, fromInitial, k =>
            Enumerable.Range(0, k).Select(before => (Start(sizes, before), Start(sizes, before + 1) - 1))));
        yield return new(new(StateFaultKind.WrongOutput, FirstStep), sizes => EachAfter(sizes, fromInitial, k =>
            Enumerable.Range(0, k).Select(before => (Start(sizes, before), Start(sizes, before) + 1))));
        yield return new(new(StateFaultKind.OneCallLate, LateCall), sizes => EachAfter(sizes, fromInitial, k =>
            from before in Enumerable.Range(0, k)
            where (k - before) % 2 == 0
            select (Start(sizes, before), Start(sizes, before + 1))));

        // The outputs of each chunk in a run over some steps before it and the chunk itself.
        T[] EachAfter(IReadOnlyList<int> sizes, Func<Tensor<T>, Tensor<T>> run, Func<int, IEnumerable<(int From, int To)>> before) =>
            [.. sizes.SelectMany((size, k) =>
            {
                int start = Start(sizes, k);
                T[] read = [.. before(k).Append((start, start + size)).SelectMany(part => x.Steps(part.Item1, part.Item2).ToArray())];
                int row = x.Length(1) * x.Length(2);
                Tensor<T> y = run(Tensors.Of(read, read.Length / row, x.Length(1), x.Length(2)));
                return y.ToArray()[^(size * y.Length(1) * y.Length(2))..];
            })];
    }

    /// <summary>Faults of code that carries the states of a model that is right itself.</summary>
    public static IEnumerable<StateHypothesis<T>> OfCarrying<T>(StateRun<T> run) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T>[] zeros = [.. run.Initial.Select(Tensors.Like)];
        yield return new(new(StateFaultKind.NeverFedBack, Never), sizes => run.Outputs(sizes, (_, _) => run.Initial));
        yield return new(new(StateFaultKind.ResetAtEachCall, Reset), sizes => run.Outputs(sizes, (_, _) => zeros));
        yield return new(new(StateFaultKind.OneStepLate, LateStep), sizes => run.Outputs(sizes, (call, _) => BeforeLastStep(run, call)));
        yield return new(new(StateFaultKind.WrongOutput, FirstStep), sizes => run.Outputs(sizes, (call, _) =>
            run.Call(call.X.Steps(0, 1), call.Before).States));
        yield return new(new(StateFaultKind.OneCallLate, LateCall), sizes => run.Outputs(sizes, (call, previous) =>
            previous is null ? run.Initial : previous.States));
        foreach (StateHypothesis<T> one in OfOneState(run, zeros).Concat(OfSwaps(run)).Concat(OfSources(run))) yield return one;
    }

    /// <summary>Two states in each other's place, and two layers of a state.</summary>
    public static IEnumerable<StateHypothesis<T>> OfSwaps<T>(StateRun<T> run) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        StateSlot[] whole = StateSlot.Whole(run.Initial);
        foreach ((StateSlot a, StateSlot b) in Pairs([.. whole, .. StateSlot.ByLayer(run.Initial).Where(slot => !slot.IsWhole)]))
        {
            StateFault fault = new(StateFaultKind.Swapped, $"{a.Name} and {b.Name} are swapped: each is passed in the other's place");
            yield return new(fault, sizes => run.Outputs(sizes, (call, _) => Changed(call.States, states =>
            {
                T[] kept = a.In(states).ToArray();
                b.In(states).CopyTo(a.In(states));
                kept.CopyTo(b.In(states));
            })));
        }

        static IEnumerable<(StateSlot, StateSlot)> Pairs(StateSlot[] slots) =>
            from n in Enumerable.Range(0, slots.Length)
            from m in Enumerable.Range(n + 1, slots.Length - n - 1)
            where slots[n].Size == slots[m].Size && slots[n].IsWhole == slots[m].IsWhole
            select (slots[n], slots[m]);
    }

    // One state of several: the other is carried.
    private static IEnumerable<StateHypothesis<T>> OfOneState<T>(StateRun<T> run, Tensor<T>[] zeros)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        StateSlot[] whole = StateSlot.Whole(run.Initial);
        if (whole.Length == 1) yield break;
        foreach (StateSlot slot in whole)
        {
            yield return Alone(StateFaultKind.NeverFedBack, Never, _ => run.Initial);
            yield return Alone(StateFaultKind.ResetAtEachCall, Reset, _ => zeros);
            yield return Alone(StateFaultKind.OneStepLate, LateStep, call => BeforeLastStep(run, call));

            StateHypothesis<T> Alone(StateFaultKind kind, string text, Func<StateCall<T>, IReadOnlyList<Tensor<T>>> source) => new(
                new(kind, $"{slot.Name} alone is {text}"),
                sizes => run.Outputs(sizes, (call, _) => [.. call.States.Select((state, n) => n == slot.State ? source(call)[n] : state)]));
        }
    }

    // A state from another one, or from a step of the outputs.
    private static IEnumerable<StateHypothesis<T>> OfSources<T>(StateRun<T> run) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        StateSlot[] slots = StateSlot.ByLayer(run.Initial), targets =
            [.. slots, .. StateSlot.Whole(run.Initial).Where(whole => slots.All(slot => slot.Name != whole.Name))];
        foreach (StateSlot target in targets)
        {
            foreach (StateSlot source in targets.Where(source => source.Name != target.Name && source.Size == target.Size))
                yield return From(target, $"{source.Name}", call => source.In(call.States).ToArray());
            if (!slots.Contains(target)) continue;
            yield return From(target, "the output y of the first step", call => call.Y.Steps(0, 1).ToArray());
            yield return From(target, "the output y of the last step", call => LastOf(call.Y));
        }

        foreach (StateSlot whole in targets.Where(target => !slots.Contains(target)))
        {
            int layers = run.Initial[whole.State].Length(0);
            yield return From(whole, "the output y of the last step, for every layer", call =>
                [.. Enumerable.Repeat(LastOf(call.Y), layers).SelectMany(y => y)]);
        }

        static T[] LastOf(Tensor<T> y) => y.Steps(y.Length(0) - 1, y.Length(0)).ToArray();

        StateHypothesis<T> From(StateSlot target, string source, Func<StateCall<T>, T[]> values) => new(
            new(StateFaultKind.WrongOutput, $"{target.Name} is taken from the wrong output: from {source}"),
            sizes => run.Outputs(sizes, (call, _) => Changed(call.States, states =>
            {
                T[] other = values(call);
                if (other.Length == target.Size) other.CopyTo(target.In(states));
            })));
    }

    private static IReadOnlyList<Tensor<T>> BeforeLastStep<T>(StateRun<T> run, StateCall<T> call)
        where T : struct, IBinaryFloatingPointIeee754<T> =>
        call.X.Length(0) == 1 ? call.Before : run.Call(call.X.Steps(0, call.X.Length(0) - 1), call.Before).States;

    private static Tensor<T>[] Changed<T>(IReadOnlyList<Tensor<T>> states, Action<Tensor<T>[]> change)
    {
        Tensor<T>[] copies = [.. states.Select(state => state.Copy())];
        change(copies);
        return copies;
    }

    private static int Start(IReadOnlyList<int> sizes, int chunk) => sizes.Take(chunk).Sum();
}
