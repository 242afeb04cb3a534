using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// Asks of a model that reads sequences piece by piece whether its state is carried: in chunks its outputs must be those of the whole,
/// however the sequences are cut. What is wrong is named by running the model under the usual faults, and seeing which of them gives the
/// very outputs that were found.
/// </summary>
/// <remarks>The model may be one of this library, a session of another program behind a delegate, or the code around either. About
/// T²/2 steps for the check, and as many again for each fault that is tried.</remarks>
public static class StateCheck
{
    private const string NoModel = ": pass the model with its states as arguments too, and faults of single states are tried";

    /// <summary>Checks a recurrent layer; in chunks its bits must be those of the whole.</summary>
    /// <param name="layer">The layer, which returns sequences and reads them forward.</param>
    /// <param name="x">Sequences, [T, B, I], T ≥ 2.</param>
    /// <param name="initial">h0 [L, B, R] and c0 [L, B, H]; zeros when omitted.</param>
    /// <exception cref="InvalidOperationException">The layer reads its sequences backward too.</exception>
    /// <exception cref="ShapeException">A shape disagrees, or the layer returns the last step alone.</exception>
    public static StateReport Run<T>(Recurrent<T> layer, Tensor<T> x, State<T>? initial = null)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(x);
        if (layer.DirectionCount == 2)
            throw new InvalidOperationException(
                "A bidirectional layer has no state to carry: its second direction begins at the last step.");
        x.Require("x", "[T, B, I]", -1, -1, layer.Cell.InputSize);
        Tensor<T> h = initial?.H ?? Tensors.Zeros<T>(layer.LayerCount, x.Length(1), layer.Cell.OutputSize);
        Tensor<T>? c = initial is not null ? initial.C
            : layer.Cell.HasCellState ? Tensors.Zeros<T>(layer.LayerCount, x.Length(1), layer.Cell.HiddenSize) : null;
        return Run(Call, x, c is null ? [h] : [h, c]);

        (Tensor<T>, IReadOnlyList<Tensor<T>>) Call(Tensor<T> chunk, IReadOnlyList<Tensor<T>> states)
        {
            Tensor<T> y = layer.Forward(chunk, Pass.Predict, new State<T>(states[0], states.Count > 1 ? states[1] : null)).Copy();
            State<T> final = layer.Final.Copy();
            return (y, final.C is null ? [final.H] : [final.H, final.C]);
        }
    }

    /// <summary>Checks a model that takes its states as arguments and returns them: what it returns is passed to the next call.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">Sequences, [T, B, I], T ≥ 2.</param>
    /// <param name="initial">The states before the first step: h, or h and c, or any others. States other than zeros tell a state that is
    /// never fed back from one that is reset.</param>
    /// <param name="tolerance">Largest difference that counts as equal, in the unit of the outputs; 0 asks for the same bits.</param>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    public static StateReport Run<T>(StatefulModel<T> model, Tensor<T> x, IReadOnlyList<Tensor<T>> initial, double tolerance = 0)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        StateRun<T> run = RunOf(model, x, initial);
        Tensor<T>[] zeros = [.. initial.Select(Tensors.Like)];
        StateComparison<T> comparison = new(x, tolerance, sizes => run.Outputs(sizes, (call, _) => call.States), FromInitial);
        StateInspection<T> inspection = new(run, comparison.AreEqual);
        return comparison.Report(
            inspection.Unconnected, StateHypotheses.OfWholeRuns(x, FromInitial, steps => run.Call(steps, zeros).Y),
            StateHypotheses.OfSwaps(run), inspection.Copies);

        Tensor<T> FromInitial(Tensor<T> steps) => run.Call(steps, initial).Y;
    }

    /// <summary>Checks code that carries the state itself, chunk after chunk.</summary>
    /// <param name="newStream">Begins a stream anew; what it returns takes the next steps of each sequence, [t, B, I], and gives their
    /// outputs, [t, B, O].</param>
    /// <param name="x">Sequences, [T, B, I], T ≥ 2.</param>
    /// <param name="model">The model that the code runs, with its states as arguments: then faults of single states are told too, and
    /// the outputs of the whole are this model's. Without it they are those of one call of a new stream.</param>
    /// <param name="initial">The states at which the stream begins; needed with a model.</param>
    /// <param name="tolerance">Largest difference that counts as equal, in the unit of the outputs; 0 asks for the same bits.</param>
    /// <exception cref="ArgumentException">A model without initial states, or the other way round.</exception>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    public static StateReport Run<T>(
        Func<Func<Tensor<T>, Tensor<T>>> newStream, Tensor<T> x, StatefulModel<T>? model = null,
        IReadOnlyList<Tensor<T>>? initial = null, double tolerance = 0) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(newStream);
        RequireSequences(x);
        if (model is null != initial is null)
            throw new ArgumentException(
                "A model needs the states at which the stream begins, and such states need a model: pass both or none.");
        StateRun<T>? run = model is null ? null : RunOf(model, x, initial!);
        StateComparison<T> comparison = new(x, tolerance, InChunks, run is null ? OneCall : steps => run.Call(steps, initial!).Y);
        return run is null
            ? comparison.Report(() => [], StateHypotheses.OfWholeRuns(x, OneCall, OneCall), [], () => [], NoModel)
            : comparison.Report(() => [], StateHypotheses.OfCarrying(run), [], () => []);

        T[] InChunks(IReadOnlyList<int> sizes)
        {
            Func<Tensor<T>, Tensor<T>> stream = newStream();
            return [.. x.Cut(sizes).SelectMany(chunk => Steps(stream, chunk).ToArray())];
        }

        Tensor<T> OneCall(Tensor<T> steps) => Steps(newStream(), steps);

        static Tensor<T> Steps(Func<Tensor<T>, Tensor<T>> stream, Tensor<T> chunk)
        {
            Tensor<T> y = stream(chunk.Copy());
            StateRun<T>.RequireSteps(y, chunk);
            return y;
        }
    }

    private static StateRun<T> RunOf<T>(StatefulModel<T> model, Tensor<T> x, IReadOnlyList<Tensor<T>> initial)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        RequireSequences(x);
        ArgumentNullException.ThrowIfNull(initial);
        if (initial.Count == 0)
            throw new ArgumentException(
                "initial holds no state: pass zeros in the shape of each state that the model takes.", nameof(initial));
        return new(model, x, initial);
    }

    private static void RequireSequences<T>(Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        x.Require("x", "[T, B, I]", -1, -1, -1);
        if (x.Length(0) < 2) throw new ShapeException($"x must have at least 2 steps to be cut, but is {x.Shape()}.");
    }
}
