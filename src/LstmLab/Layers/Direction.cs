using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// One layer of a stack in one direction: a cell, its unrolling, and its parameters under PyTorch's names. <see cref="Lstm{T}"/> and <see cref="Gru{T}"/> are unrolled
/// by the twin of their cell in Kernels, any other cell by Bptt.
/// </summary>
internal sealed class Direction<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T>? _inputBias, _recurrentBias;
    private readonly Recurrence<T>? _fast;
    private readonly Bptt<T> _bptt;
    private readonly Buffer<T> _y = new(), _dX = new(), _dOutputs = new();
    private readonly Buffer<T> _h = new(), _c = new(), _dh = new(), _dc = new();
    private State<T>? _initial, _dFinal, _from;
    private Tensor<T>? _x;
    private IReadOnlyList<int>? _lengths;
    private int _index;
    private bool _replayed;

    /// <summary>Wires a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="suffix">_l0, _l0_reverse, _l1 …</param>
    /// <param name="bias">Whether biases are learnt; zero otherwise.</param>
    /// <param name="twinBias">Whether the cell's one bias is the sum of PyTorch's two, bias_ih + bias_hh.</param>
    /// <param name="fast">Whether the cell's twin in Kernels does the work.</param>
    public Direction(Cell<T> cell, string suffix, bool bias, bool twinBias, bool fast = false)
    {
        Cell = cell;
        bool reverse = suffix.EndsWith("_reverse", StringComparison.Ordinal);
        _bptt = new(cell, reverse);
        _fast = fast ? Fast(reverse) : null;
        List<Parameter<T>> parameters = [];
        foreach (Parameter<T> parameter in cell.Parameters)
        {
            if (!bias && parameter.Role is ParameterRole.Bias or ParameterRole.RecurrentBias) continue;
            if (parameter.Role == ParameterRole.Bias && twinBias)
            {
                _inputBias = new("bias_ih" + suffix, ParameterRole.Bias, parameter.Rows, 1, parameter.Gates);
                _recurrentBias = new("bias_hh" + suffix, ParameterRole.RecurrentBias, parameter.Rows, 1, parameter.Gates);
                parameters.AddRange([_inputBias, _recurrentBias]);
            }
            else
            {
                parameters.Add(parameter.WithName(parameter.Role switch
                {
                    ParameterRole.Input => "weight_ih",
                    ParameterRole.Recurrent => "weight_hh",
                    ParameterRole.Bias => "bias_ih",
                    ParameterRole.RecurrentBias => "bias_hh",
                    ParameterRole.Projection => "weight_hr",
                    _ => "weight_peephole",
                } + suffix));
            }
        }

        Parameters = parameters;
    }

    public Cell<T> Cell { get; }

    /// <summary>The last forward pass as equations; what a kernel computed is computed again by its twin when first asked for, with the weights and x as they are then.</summary>
    public Bptt<T> Unrolled
    {
        get
        {
            if (_fast is not null && _x is not null && !_replayed) _bptt.Forward(_x, _from is null ? null : Take(_from, _index, _x.Length(1), ref _initial, _h, _c), _lengths);
            _replayed = _x is not null;
            return _bptt;
        }
    }

    /// <summary>∂L/∂x of the last backward pass; not to be read if it was not asked for.</summary>
    public Tensor<T> DX => _fast is null ? _bptt.DX : _dX.Like(_x!);

    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>Where the first of two directions puts both outputs side by side.</summary>
    public Buffer<T> SideBySide { get; } = new();

    /// <summary>Runs the layer from block <paramref name="index"/> of the stacked states, leaves its final states there, and returns its outputs, [T, B, R].</summary>
    public Tensor<T> Forward(Tensor<T> x, IReadOnlyList<int>? lengths, SavedActivations keep, State<T>? initial, int index, State<T> final)
    {
        AddBiases();
        (_x, _lengths, _from, _index, _replayed) = (x, lengths, initial, index, false);
        int batch = x.Length(1);
        if (_fast is null)
        {
            Trace<T> trace = _bptt.Forward(x, initial is null ? null : Take(initial, index, batch, ref _initial, _h, _c), lengths);
            trace.Final.H.Flat().CopyTo(Block(final.H, index, batch, Cell.OutputSize));
            trace.Final.C?.Flat().CopyTo(Block(final.C!, index, batch, Cell.HiddenSize));
            return trace.Outputs;
        }

        Bptt<T>.RequireSequences(x, lengths);
        Tensor<T> y = _y.Like(x, Cell.OutputSize);
        _fast.Forward(
            x, initial is null ? [] : Block(initial.H, index, batch, Cell.OutputSize), initial?.C is null ? [] : Block(initial.C, index, batch, Cell.HiddenSize),
            lengths, keep, y, Block(final.H, index, batch, Cell.OutputSize), final.C is null ? [] : Block(final.C, index, batch, Cell.HiddenSize));
        return y;
    }

    /// <summary>Carries gradients back; ∂L/∂ of the initial states go to block <paramref name="index"/> of <paramref name="dInitial"/>.</summary>
    /// <param name="dY">[T, B, D·R], of which this direction's columns start at <paramref name="column"/>; null for zeros.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="dLast">∂L/∂ of the final hidden states [B, D·R] of a layer that returns only those, or null.</param>
    /// <param name="dFinal">∂L/∂ of the stacked final states, or null.</param>
    /// <param name="index">Its block in stacked states.</param>
    /// <param name="dInitial">Stacked, overwritten in block <paramref name="index"/>.</param>
    /// <param name="inputGradient">Whether <see cref="DX"/> is wanted.</param>
    public void Backward(Tensor<T>? dY, int column, Tensor<T>? dLast, State<T>? dFinal, int index, State<T> dInitial, bool inputGradient)
    {
        (int batch, int size) = (_x!.Length(1), Cell.OutputSize);
        Span<T> dH = Block(dInitial.H, index, batch, size), dC = dInitial.C is null ? [] : Block(dInitial.C, index, batch, Cell.HiddenSize);
        dH.Clear();
        dC.Clear();
        if (dFinal is not null) Block(dFinal.H, index, batch, size).CopyTo(dH);
        if (dFinal?.C is not null) Block(dFinal.C, index, batch, Cell.HiddenSize).CopyTo(dC);
        if (dLast is not null)
        {
            ReadOnlySpan<T> last = dLast.Flat();
            int width = dLast.Length(1);
            for (int b = 0; b < batch; b++)
                for (int n = 0; n < size; n++) dH[(b * size) + n] += last[(b * width) + column + n];
        }

        if (_inputBias is not null) Array.Clear(Cell.b.Gradient);
        if (_fast is not null) _fast.Backward(dY, column, dH, dC, inputGradient ? _dX.Like(_x!) : null);
        else BackwardByEquations(dY, column, index, dInitial);
        for (int n = 0; _inputBias is not null && n < _inputBias.Values.Length; n++)
        {
            _inputBias.Gradient[n] += Cell.b.Gradient[n];
            _recurrentBias!.Gradient[n] += Cell.b.Gradient[n];
        }
    }

    private void BackwardByEquations(Tensor<T>? dY, int column, int index, State<T> dInitial)
    {
        (int batch, int size) = (_x!.Length(1), Cell.OutputSize);
        Tensor<T> dOutputs = _dOutputs.Cleared(_x!.Length(0), batch, size);
        for (int row = 0; dY is not null && row < _x!.Length(0) * batch; row++) dY.Flat().Slice((row * dY.Length(2)) + column, size).CopyTo(dOutputs.Flat().Slice(row * size, size));
        _bptt.Backward(dOutputs, Take(dInitial, index, batch, ref _dFinal, _dh, _dc));
        _bptt.DInitial.H.Flat().CopyTo(Block(dInitial.H, index, batch, size));
        _bptt.DInitial.C?.Flat().CopyTo(Block(dInitial.C!, index, batch, Cell.HiddenSize));
    }

    /// <summary>A twin of its own for a stream that starts from block <paramref name="index"/> of the stacked states, with the weights as they are now; null if the cell has none.</summary>
    public Recurrence<T>? Stream(State<T>? initial, int index, int batch)
    {
        AddBiases();
        Recurrence<T>? stream = Fast(reverse: false);
        stream?.StartStream(batch, initial is null ? [] : Block(initial.H, index, batch, Cell.OutputSize), initial?.C is null ? [] : Block(initial.C, index, batch, Cell.HiddenSize));
        return stream;
    }

    private Recurrence<T>? Fast(bool reverse) => Cell is StandardCell<T> or GruCell<T> ? CellRecurrence.Create(Cell, reverse) : null;

    private void AddBiases()
    {
        for (int n = 0; _inputBias is not null && n < _inputBias.Values.Length; n++) Cell.b.Values[n] = _inputBias.Values[n] + _recurrentBias!.Values[n];
    }

    // Block `index` of stacked states as a state of this cell.
    private State<T> Take(State<T> stacked, int index, int batch, ref State<T>? own, Buffer<T> h, Buffer<T> c)
    {
        Tensor<T> hidden = h.Of(batch, Cell.OutputSize);
        Tensor<T>? cell = Cell.HasCellState ? c.Of(batch, Cell.HiddenSize) : null;
        if (!ReferenceEquals(own?.H, hidden)) own = new(hidden, cell);
        Block(stacked.H, index, batch, Cell.OutputSize).CopyTo(hidden.Flat());
        if (cell is not null) Block(stacked.C!, index, batch, Cell.HiddenSize).CopyTo(cell.Flat());
        return own;
    }

    private static Span<T> Block(Tensor<T> stacked, int index, int batch, int size) => stacked.Flat().Slice(index * batch * size, batch * size);
}
