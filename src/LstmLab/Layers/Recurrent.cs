using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// A stack of recurrent layers, each read in one or both directions: x [T, B, I] becomes y [T, B, D·R], the directions side by
/// side at each time, or the final hidden states of the last layer [B, D·R].
/// </summary>
/// <remarks>States are indexed layer·D + direction, as PyTorch's. The second direction reads each sequence from its own end.</remarks>
public abstract class Recurrent<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Direction<T>[] _directions;
    private readonly Dropout<T>[] _dropouts;
    private readonly int _layers, _count;
    private readonly Buffer<T> _last = new(), _h = new(), _c = new(), _dh = new(), _dc = new(), _hBefore = new(), _cBefore = new();
    private State<T>? _before, _final, _dInitial;
    private (int T, int B) _shape;

    private protected Recurrent(int layers, bool bidirectional, double dropout, bool returnSequences, Func<int, string, Direction<T>> direction)
    {
        if (layers < 1) throw new ShapeException($"layers must be greater than zero, but is {layers}.");
        (_layers, _count, ReturnSequences) = (layers, bidirectional ? 2 : 1, returnSequences);
        _directions = new Direction<T>[layers * _count];
        for (int n = 0; n < _directions.Length; n++)
            _directions[n] = direction(n < _count ? 0 : _count * _directions[0].Cell.OutputSize, $"_l{n / _count}{(n % _count == 0 ? "" : "_reverse")}");
        _dropouts = [.. Enumerable.Range(0, layers - 1).Select(_ => new Dropout<T>(0))];
        Parameters = [.. _directions.SelectMany(d => d.Parameters)];
        Dropout = dropout;
    }

    /// <summary>Probability of dropping a value between two layers in training, never after the last; may be changed at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside [0, 1].</exception>
    /// <exception cref="ArgumentException">There is one layer only, so that it would do nothing.</exception>
    public double Dropout
    {
        get => _dropouts.Length == 0 ? 0 : _dropouts[0].Probability;
        set
        {
            Dropout<T> valid = new(value);
            if (_layers == 1 && valid.Probability > 0)
                throw new ArgumentException($"dropout = {value} acts between recurrent layers and would do nothing with layers = 1: use more layers, or a Dropout layer after this one.");
            foreach (Dropout<T> dropout in _dropouts) dropout.Probability = value;
        }
    }

    /// <summary>Whether it returns [T, B, D·R], or only the final hidden states of the last layer [B, D·R].</summary>
    public bool ReturnSequences { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>
    /// Whether a training pass keeps the states of every √T-th step alone and computes the steps between again on the way back: memory for √T
    /// steps instead of T, the same bits, about a third more time. Cells without a kernel keep every step all the same.
    /// </summary>
    public bool Recompute { get; init; }

    /// <summary>The cells, indexed layer·D + direction, and the last forward pass as their equations' BPTT trace. Ask before the weights or x change: a trace that no kernel kept is computed when first asked for.</summary>
    public IReadOnlyList<Bptt<T>> Unrolled => [.. _directions.Select(d => d.Unrolled)];

    /// <summary>States after each sequence's last step in the last forward pass, H [L·D, B, R] and C [L·D, B, H]; pass them to Forward to continue a stream.</summary>
    /// <exception cref="InvalidOperationException">No forward pass yet.</exception>
    public State<T> Final => _final ?? throw new InvalidOperationException("Call Forward first.");

    /// <summary>∂L/∂(h0, c0) of the last backward pass, in the shapes of <see cref="Final"/>.</summary>
    /// <exception cref="InvalidOperationException">No backward pass yet.</exception>
    public State<T> DInitial => _dInitial ?? throw new InvalidOperationException("Call Forward and Backward first.");

    private Cell<T> Cell => _directions[0].Cell;

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Pass pass) => Forward(x, pass, null);

    /// <summary>The same from given states.</summary>
    /// <param name="x">Inputs, [T, B, I].</param>
    /// <param name="pass">Training or inference, lengths, dropout's stream.</param>
    /// <param name="initial">h0 [L·D, B, R] and c0 [L·D, B, H]; zeros when null.</param>
    /// <exception cref="ShapeException">A shape disagrees; nothing is broadcast.</exception>
    public Tensor<T> Forward(Tensor<T> x, Pass pass, State<T>? initial)
    {
        x.Require("x", "[T, B, I]", -1, -1, Cell.InputSize);
        _shape = (x.Length(0), x.Length(1));
        Require(initial, "initial", _shape.B);
        // Its own final state would be overwritten before the last layer has read it.
        if (initial is not null && ReferenceEquals(initial.H, _final?.H))
        {
            _before = StateIn(_before, _hBefore, _cBefore);
            initial.H.Flat().CopyTo(_before.H.Flat());
            initial.C?.Flat().CopyTo(_before.C!.Flat());
            initial = _before;
        }

        _final = StateIn(_final, _h, _c);
        Tensor<T> y = x;
        for (int layer = 0; layer < _layers; layer++)
        {
            if (layer > 0) y = _dropouts[layer - 1].Forward(y, pass);
            y = ForwardLayer(layer, y, pass, initial);
        }

        return ReturnSequences ? y : LastHidden();
    }

    /// <summary>A stream of steps, each going on from the one before, with the weights as they are now.</summary>
    /// <param name="batch">Sequences side by side, B.</param>
    /// <param name="initial">h0 [L, B, R] and c0 [L, B, H]; zeros when null.</param>
    /// <exception cref="InvalidOperationException">The layer reads its sequences backward too, or its cell has equations alone.</exception>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    public RecurrentStream<T> Stream(int batch = 1, State<T>? initial = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (_count == 2) throw new InvalidOperationException("A bidirectional layer cannot stream: its second direction begins at the last step.");
        Require(initial, "initial", batch);
        return new(Cell.InputSize, Cell.OutputSize, batch, [.. _directions.Select((direction, layer) => direction.Stream(initial, layer, batch)
            ?? throw new InvalidOperationException("Only Lstm and Gru stream; of any other cell, continue with Forward(x, pass, Final)."))]);
    }

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY) => Backward(dY, null);

    /// <summary>The same with gradients of the final states.</summary>
    /// <param name="dY">∂L/∂outputs.</param>
    /// <param name="dFinal">∂L/∂<see cref="Final"/>; zeros when null.</param>
    public Tensor<T> Backward(Tensor<T> dY, State<T>? dFinal)
    {
        int width = _count * Cell.OutputSize;
        if (ReturnSequences) dY.Require("dY", "[T, B, D·R]", _shape.T, _shape.B, width);
        else dY.Require("dY", "[B, D·R]", _shape.B, width);
        Require(dFinal, "dFinal", _shape.B);
        _dInitial = StateIn(_dInitial, _dh, _dc);
        Tensor<T> gradient = dY;
        for (int layer = _layers - 1; layer >= 0; layer--)
        {
            for (int d = 0; d < _count; d++)
            {
                int n = (layer * _count) + d;
                bool addsLast = !ReturnSequences && layer == _layers - 1;
                _directions[n].Backward(addsLast ? null : gradient, d * Cell.OutputSize, addsLast ? dY : null, dFinal, n, _dInitial, layer > 0 || InputGradient);
            }

            if (layer == 0 && !InputGradient) return gradient;
            gradient = _directions[layer * _count].DX;
            if (_count == 2)
            {
                ReadOnlySpan<T> second = _directions[(layer * 2) + 1].DX.Flat();
                Span<T> sum = gradient.Flat();
                for (int n = 0; n < sum.Length; n++) sum[n] += second[n];
            }

            if (layer > 0) gradient = _dropouts[layer - 1].Backward(gradient);
        }

        return gradient;
    }

    private protected override int FanOf(Parameter<T> parameter) => Cell.HiddenSize;

    internal override void NumberStreams(int first)
    {
        for (int n = 0; n < _dropouts.Length; n++) _dropouts[n].NumberStreams(first + n);
    }

    private Tensor<T> ForwardLayer(int layer, Tensor<T> x, Pass pass, State<T>? initial)
    {
        SavedActivations saved = pass.ForwardOnly ? SavedActivations.None : Recompute ? SavedActivations.Checkpoints : SavedActivations.All;
        int first = layer * _count;
        if (_count == 1) return _directions[first].Forward(x, pass.Lengths, saved, initial, first, _final!);
        int size = Cell.OutputSize;
        Tensor<T> y = _directions[first].SideBySide.Of(_shape.T, _shape.B, 2 * size);
        for (int d = 0; d < 2; d++)
        {
            ReadOnlySpan<T> from = _directions[first + d].Forward(x, pass.Lengths, saved, initial, first + d, _final!).Flat();
            for (int row = 0; row < _shape.T * _shape.B; row++) from.Slice(row * size, size).CopyTo(y.Flat().Slice(((row * 2) + d) * size, size));
        }

        return y;
    }

    private Tensor<T> LastHidden()
    {
        int size = Cell.OutputSize;
        Tensor<T> y = _last.Of(_shape.B, _count * size);
        ReadOnlySpan<T> h = Final.H.Flat()[((_layers - 1) * _count * _shape.B * size)..];
        for (int d = 0; d < _count; d++)
            for (int b = 0; b < _shape.B; b++) h.Slice(((d * _shape.B) + b) * size, size).CopyTo(y.Flat()[(((b * _count) + d) * size)..]);
        return y;
    }

    // The state over buffers of the present batch: the same one as long as the shape stays.
    private State<T> StateIn(State<T>? same, Buffer<T> h, Buffer<T> c)
    {
        Tensor<T> hidden = h.Of(_directions.Length, _shape.B, Cell.OutputSize);
        if (ReferenceEquals(same?.H, hidden)) return same!;
        return new(hidden, Cell.HasCellState ? c.Of(_directions.Length, _shape.B, Cell.HiddenSize) : null);
    }

    private void Require(State<T>? state, string name, int batch)
    {
        if (state is null) return;
        state.H.Require($"{name}.H", "[L·D, B, R]", _directions.Length, batch, Cell.OutputSize);
        if (!Cell.HasCellState) return;
        if (state.C is null) throw new ShapeException($"{name}.C is missing: this layer carries a cell state [L·D, B, H] = {Tensors.Show([_directions.Length, batch, Cell.HiddenSize])}.");
        state.C.Require($"{name}.C", "[L·D, B, H]", _directions.Length, batch, Cell.HiddenSize);
    }
}
