using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// A stack of recurrent layers, each read in one or both directions. It maps x [T, B, I] and, if given, the initial states h0 [L·D, B, R]
/// and c0 [L·D, B, H] to y, h and c: y [T, B, D·R] has the directions side by side at each time (or is the final hidden states of the
/// last layer
/// [B, D·R]), h [L·D, B, R] and c [L·D, B, H] are the states after each sequence's own last step.
/// </summary>
/// <remarks>States are indexed layer·D + direction, as PyTorch's. The second direction reads each sequence from its own end.</remarks>
public abstract class Recurrent<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentDirection<T>[] _directions;
    private readonly int _layers, _count;
    private double _dropout;
    private readonly Func<UnrolledStack<T>> _newCall;
    private bool _firstCallIsMade;
    private UnrolledStack<T>? _last;

    private protected Recurrent(
        int layers, bool bidirectional, double dropout, bool returnSequences, Func<int, string, bool, RecurrentDirection<T>> direction)
    {
        Guard.Size(layers, nameof(layers));
        _layers = layers;
        _count = bidirectional ? 2 : 1;
        ReturnSequences = returnSequences;
        _directions = new RecurrentDirection<T>[layers * _count];
        for (int n = 0; n < _directions.Length; n++)
        {
            int below = n < _count ? 0 : _count * _directions[0].Cell.OutputSize;
            _directions[n] = direction(below, $"_l{n / _count}", n % _count == 1);
        }

        Parameters = [.. _directions.SelectMany(d => d.Parameters)];
        Dropout = dropout;
        _newCall = NewCall;
    }

    /// <summary>Probability of dropping a value between two layers in training, never after the last; may be changed at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside [0, 1].</exception>
    /// <exception cref="ArgumentException">There is one layer only, so that it would do nothing.</exception>
    public double Dropout
    {
        get => _dropout;
        set
        {
            _ = new Dropout<T>(value);
            if (_layers == 1 && value > 0)
                throw new ArgumentException(
                    $"dropout = {value} acts between recurrent layers and would do nothing with layers = 1: use more layers, "
                    + "or a Dropout layer after this one.");
            _dropout = value;
        }
    }

    /// <summary>Whether y is [T, B, D·R], or only the final hidden states of the last layer [B, D·R].</summary>
    public bool ReturnSequences { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override string Description =>
        $"{GetType().Name.Split('`')[0]}({Cell.InputSize} → {_count * Cell.OutputSize}"
        + $"{(_layers > 1 ? $", {_layers} layers" : "")}{(_count > 1 ? ", both directions" : "")})";

    /// <inheritdoc/>
    public override int? InputWidth => Cell.InputSize;

    /// <inheritdoc/>
    public override int? OutputWidth(int? inputWidth) => _count * Cell.OutputSize;

    /// <summary>y, h and, if the cell has a cell state, c.</summary>
    public override int OutputCount => Cell.HasCellState ? 3 : 2;

    /// <summary>
    /// Whether a training pass keeps the states of every √T-th step alone and computes the steps between again in the backward pass:
    /// memory for √T steps instead of T, the same bits, about a third more time. Cells without a kernel keep every step all the same.
    /// </summary>
    public bool Recompute { get; init; }

    /// <summary>
    /// Whether each training step goes on from the states in which the step before it ended, as Keras's <c>stateful</c>: sequence b of a
    /// batch continues sequence b of the batch before. Gradients do not flow from one step into the one before.
    /// </summary>
    /// <remarks><c>model.Train</c> begins each epoch with zeros, and checkpoints hold the states. A loop around a
    /// <see cref="Trainer{T}"/> begins a new text with <see cref="ForgetStates"/>. Other passes leave the states as they are, and a pass
    /// for prediction begins with zeros, or with the states it is given.</remarks>
    /// <exception cref="ArgumentException">The layer reads its sequences backward too.</exception>
    public bool CarriesStates
    {
        get;
        init
        {
            if (value && _count == 2)
            {
                throw new ArgumentException(
                    "A bidirectional layer carries no states: its second direction begins at the end of a batch, "
                    + "whose next is yet to come.");
            }

            field = value;
        }
    }

    /// <summary>The cells, indexed layer·D + direction, and the last call as their equations' BPTT trace. Ask before the weights or x
    /// change: a trace that no kernel kept is computed when first asked for.</summary>
    public IReadOnlyList<Bptt<T>> Unrolled => [.. (_last?.Directions ?? _directions).Select(d => d.Unrolled)];

    /// <summary>States after each sequence's last step in the last call, H [L·D, B, R] and C [L·D, B, H]; pass them to Forward to
    /// continue a stream.</summary>
    /// <exception cref="InvalidOperationException">No forward pass yet.</exception>
    public State<T> Final => _last?.Final ?? throw new InvalidOperationException("Call Forward first.");

    /// <summary>∂L/∂(h0, c0) of the last backward pass, in the shapes of <see cref="Final"/>.</summary>
    /// <exception cref="InvalidOperationException">No backward pass yet.</exception>
    public State<T> DInitial => _last?.DInitial ?? throw new InvalidOperationException("Call Forward and Backward first.");

    internal Cell<T> Cell => _directions[0].Cell;

    /// <summary>The states from which the next training step goes on; null for zeros.</summary>
    internal State<T>? Carried { get; set; }

    /// <summary>The cells, indexed layer·D + direction.</summary>
    internal IReadOnlyList<Cell<T>> Cells => [.. _directions.Select(direction => direction.Cell)];

    internal int LayerCount => _layers;

    internal int DirectionCount => _count;

    /// <summary>Calls the layer with its states by name.</summary>
    /// <param name="x">Inputs, [T, B, I].</param>
    /// <param name="h0">Initial hidden states, [L·D, B, R]; zeros when omitted.</param>
    /// <param name="c0">Initial cell states, [L·D, B, H]; zeros when omitted.</param>
    /// <returns>y, h and c; c is null for a cell without a cell state.</returns>
    /// <exception cref="ShapeException">A shape disagrees, or only one of two states is given.</exception>
    public (Value<T> Y, Value<T> H, Value<T>? C) ForwardWithStates(Value<T> x, Value<T>? h0, Value<T>? c0 = null)
    {
        IReadOnlyList<Value<T>> outputs = h0 is null && c0 is null ? Record(x)
            : Cell.HasCellState || c0 is not null ? Record(x, h0, c0)
            : Record(x, h0);
        return (outputs[0], outputs[1], outputs.Count > 2 ? outputs[2] : null);
    }

    /// <summary>Runs the layer alone, from given states.</summary>
    /// <param name="x">Inputs, [T, B, I].</param>
    /// <param name="pass">What the pass is for.</param>
    /// <param name="initial">h0 [L·D, B, R] and c0 [L·D, B, H]; zeros when null.</param>
    /// <param name="lengths">Length of each sequence; all T when omitted.</param>
    /// <exception cref="ShapeException">A shape disagrees; nothing is broadcast.</exception>
    public Tensor<T> Forward(Tensor<T> x, Pass pass, State<T>? initial, IReadOnlyList<int>? lengths = null)
    {
        if (initial is null) return Forward(x, pass, lengths);
        Tape<T> tape = BeginTape(pass);
        Value<T> input = tape.Input(x, lengths, needsGradient: true), h0 = tape.Input(initial.H, needsGradient: true);
        Value<T>? c0 = initial.C is null ? null : tape.Input(initial.C, needsGradient: true);
        return Run(ForwardWithStates(input, h0, c0).Y);
    }

    /// <summary>The backward pass of the layer alone, with gradients of the final states too.</summary>
    /// <param name="dY">∂L/∂outputs.</param>
    /// <param name="dFinal">∂L/∂<see cref="Final"/>; zeros when null.</param>
    public Tensor<T> Backward(Tensor<T> dY, State<T>? dFinal)
    {
        if (dFinal is null) return Backward(dY);
        Call<T> call = LastCall ?? throw new InvalidOperationException("Call Forward before Backward.");
        RequireState(dFinal, "dFinal", Final.H.Length(1));
        if (dFinal.C is null) call.Tape.Backward((call.Outputs[0], dY), (call.Outputs[1], dFinal.H));
        else call.Tape.Backward((call.Outputs[0], dY), (call.Outputs[1], dFinal.H), (call.Outputs[2], dFinal.C));
        return call.Input().Gradient!;
    }

    /// <summary>Lets the next training step begin with zeros, if states are carried.</summary>
    public void ForgetStates() => Carried = null;

    /// <summary>Lets the next training step go on from <see cref="Final"/>.</summary>
    internal void CarryStates()
    {
        State<T> final = Final;
        if (Carried is null || Carried.H.Length(1) != final.H.Length(1))
        {
            Carried = final.Copy();
            return;
        }

        final.H.Flat().CopyTo(Carried.H.Flat());
        final.C?.Flat().CopyTo(Carried.C!.Flat());
    }

    /// <summary>A stream of steps, each going on from the one before, with the weights as they are now.</summary>
    /// <remarks>A cell without a kernel reads its weights at each step instead.</remarks>
    /// <param name="batch">Sequences side by side, B.</param>
    /// <param name="initial">h0 [L, B, R] and c0 [L, B, H]; zeros when null.</param>
    /// <exception cref="InvalidOperationException">The layer reads its sequences backward too.</exception>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    public RecurrentStream<T> Stream(int batch = 1, State<T>? initial = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (_count == 2)
            throw new InvalidOperationException("A bidirectional layer cannot stream: its second direction begins at the last step.");
        if (initial is not null) RequireState(initial, "initial", batch);
        Recurrence<T>[] streams = [.. _directions.Select((direction, layer) => direction.Stream(initial, layer, batch))];
        return new(Cell.InputSize, Cell.OutputSize, batch, streams);
    }

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> x = call.Input();
        x.Data.Require("x", "[T, B, I]", -1, -1, Cell.InputSize);
        IReadOnlyList<int>? lengths = LengthsOf(x);
        Bptt<T>.RequireSequences(x.Data, lengths);
        Tensor<T>? h0 = call.Inputs.Count > 1 ? call.Inputs[1]?.Data : null, c0 = call.Inputs.Count > 2 ? call.Inputs[2]?.Data : null;
        RequireStates(h0, c0, "initial", x.Data.Length(1));
        if (h0 is null && InitialOf(x) is { } own)
        {
            h0 = own.H;
            c0 = own.C;
        }

        if (h0 is null && CarriesStates && call.Pass.Training) (h0, c0) = CarriedFor(call, x.Data.Length(1));

        UnrolledStack<T> stack = call.State(_newCall);
        if (!call.Tape.IsAside)
        {
            _last = stack;
            LastCall = call;
        }

        (Tensor<T> y, State<T> final) = stack.Forward(x.Data, lengths, call.Pass, h0, c0, _dropout, call);
        call.SetOutput(0, y, ReturnSequences ? lengths : null);
        call.SetOutput(1, final.H);
        if (final.C is not null) call.SetOutput(2, final.C);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        UnrolledStack<T> stack = _last = call.State(_newCall);
        stack.Backward(GradientOf(call, 0), GradientOf(call, 1), OutputCount > 2 ? GradientOf(call, 2) : null, call.InputGradient());
        if (call.InputGradient(1) is { } dh0) stack.DInitial!.H.Flat().CopyTo(dh0.Flat());
        if (call.InputGradient(2) is { } dc0) stack.DInitial!.C!.Flat().CopyTo(dc0.Flat());
    }

    /// <summary>The lengths of a call's sequences, each 0 … T; null when all are T long.</summary>
    private protected virtual IReadOnlyList<int>? LengthsOf(Value<T> x) => x.Lengths;

    /// <summary>The states that a call starts from when it is given none; null for zeros.</summary>
    private protected virtual State<T>? InitialOf(Value<T> x) => null;

    /// <summary>∂L/∂ of an output of a call, or null.</summary>
    private protected virtual Tensor<T>? GradientOf(Call<T> call, int output) => call.OutputGradient(output);

    /// <inheritdoc/>
    protected override int FanOf(Parameter<T> parameter) => Cell.HiddenSize;

    private Call<T>? LastCall { get; set; }

    private (Tensor<T>? H, Tensor<T>? C) CarriedFor(Call<T> call, int batch)
    {
        if (call.Repeat > 0)
            throw new InvalidOperationException(
                $"{Description} carries its states and is called more than once in a pass: it is not clear which call goes on from which. "
                + "Pass states to each call instead.");
        if (Carried is null) return (null, null);
        int before = Carried.H.Length(1);
        if (before != batch)
            throw new ShapeException(
                $"{Description} carries the states of {before} sequences, but this batch has {batch}: every batch must hold the next part "
                + "of the same sequences, in their order. Call ForgetStates before a batch of others.");
        return (Carried.H, Carried.C);
    }

    // The first call of a layer works with the directions that hold its parameters; further calls get copies that share them.
    private UnrolledStack<T> NewCall()
    {
        RecurrentDirection<T>[] directions =
            _firstCallIsMade ? [.. _directions.Select(direction => direction.ForAnotherCall())] : _directions;
        _firstCallIsMade = true;
        return new(directions, _layers, _count, ReturnSequences, Recompute);
    }

    private void RequireState(State<T> state, string name, int batch) => RequireStates(state.H, state.C, name, batch);

    private void RequireStates(Tensor<T>? h, Tensor<T>? c, string name, int batch)
    {
        // A name is put together for a message alone: a repeated pass allocates nothing.
        if (h is not null && !h.HasShape(_directions.Length, batch, Cell.OutputSize))
            h.Require($"{name}.H", "[L·D, B, R]", _directions.Length, batch, Cell.OutputSize);
        if (c is not null && !Cell.HasCellState)
            throw new ShapeException($"{name}.C must be left out: {Description} carries no cell state, but {c.Shape()} was given.");
        if (c is not null && !c.HasShape(_directions.Length, batch, Cell.HiddenSize))
            c.Require($"{name}.C", "[L·D, B, H]", _directions.Length, batch, Cell.HiddenSize);
        if (Cell.HasCellState && h is not null && c is null)
            throw new ShapeException(
                $"{name}.C is missing: this layer carries a cell state [L·D, B, H] = {Tensors.Show([_directions.Length, batch, Cell.HiddenSize])}.");
    }
}
