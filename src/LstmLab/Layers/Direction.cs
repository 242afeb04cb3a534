using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// One layer of a stack in one direction: a cell, its unrolling, and its parameters under PyTorch's names. <see cref="Lstm{T}"/> and <see cref="Gru{T}"/> are unrolled
/// by the twin of their cell in Kernels, any other cell by Bptt.
/// </summary>
internal sealed class Direction<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Unrolling<T>? _fast;
    private readonly Bptt<T> _bptt;
    private readonly bool _reverse;
    private readonly TensorCache<T> _y = new(), _dX = new(), _dOutputs = new();
    private readonly TensorCache<T> _h = new(), _c = new(), _dh = new(), _dc = new();
    private State<T>? _initial, _dFinal, _from, _dInitialOfStack;
    private Tensor<T>? _x, _dY, _dLast, _dFinalH, _dFinalC;
    private IReadOnlyList<int>? _lengths;
    private int _index, _column;

    /// <summary>Wires a cell; the layer's parameters are the cell's own under other names.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="suffix">_l0, _l0_reverse, _l1 …</param>
    /// <param name="fast">Whether the cell's twin in Kernels does the work.</param>
    public Direction(Cell<T> cell, string suffix, bool fast = false)
    {
        Cell = cell;
        _reverse = suffix.EndsWith("_reverse", StringComparison.Ordinal);
        _bptt = new(cell, _reverse);
        _fast = fast ? Fast(_reverse) : null;
        if (_fast is not null) _bptt.ReplayOnDemand(ReplayForward, ReplayBackward);
        Parameters = [.. cell.Parameters.Select(parameter => parameter.WithName(NameOf(parameter) + suffix))];
    }

    private Direction(Direction<T> other)
    {
        Cell = other.Cell;
        _reverse = other._reverse;
        _bptt = new(Cell, _reverse);
        _fast = other._fast is null ? null : Fast(_reverse);
        if (_fast is not null) _bptt.ReplayOnDemand(ReplayForward, ReplayBackward);
        Parameters = other.Parameters;
    }

    public Cell<T> Cell { get; }

    /// <summary>Whether the cell's kernel does the work.</summary>
    public bool HasKernel => _fast is not null;

    /// <summary>The same cell and parameters with workspaces of their own, for a call that is made while this one waits for its backward pass.</summary>
    public Direction<T> ForAnotherCall() => new(this);

    /// <summary>
    /// The last passes as equations. What a kernel computed is computed again when first asked for, from the weights, x and ∂L/∂y as they are then; if
    /// they have changed since, asking is an error.
    /// </summary>
    public Bptt<T> Unrolled => _bptt;

    /// <summary>∂L/∂x of the last backward pass; not to be read if it was not asked for.</summary>
    public Tensor<T> DX => _fast is null ? _bptt.DX : _dX.Like(_x!);

    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>Where the first of two directions puts both outputs side by side.</summary>
    public TensorCache<T> SideBySide { get; } = new();

    /// <summary>Runs the layer from block <paramref name="index"/> of the stacked states, leaves its final states there, and returns its outputs, [T, B, R].</summary>
    public Tensor<T> Forward(Tensor<T> x, IReadOnlyList<int>? lengths, Keep keep, State<T>? initial, int index, State<T> final)
    {
        (_x, _lengths, _from, _index) = (x, lengths, initial, index);
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
        _bptt.ForwardComputedElsewhere();
        return y;
    }

    /// <summary>Carries gradients back; ∂L/∂ of the initial states go to block <paramref name="index"/> of <paramref name="dInitial"/>.</summary>
    /// <param name="dY">[T, B, D·R], of which this direction's columns start at <paramref name="column"/>; null for zeros.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="dLast">∂L/∂ of the final hidden states [B, D·R] of a layer that returns only those, or null.</param>
    /// <param name="dFinalH">∂L/∂ of the stacked final hidden states, or null.</param>
    /// <param name="dFinalC">∂L/∂ of the stacked final cell states, or null.</param>
    /// <param name="index">Its block in stacked states.</param>
    /// <param name="dInitial">Stacked, overwritten in block <paramref name="index"/>.</param>
    /// <param name="inputGradient">Whether <see cref="DX"/> is wanted.</param>
    public void Backward(
        Tensor<T>? dY, int column, Tensor<T>? dLast, Tensor<T>? dFinalH, Tensor<T>? dFinalC, int index, State<T> dInitial, bool inputGradient)
    {
        LoadFinalGradient(column, dLast, dFinalH, dFinalC, index, dInitial);
        if (_fast is null)
        {
            BackwardByEquations(dY, column, index, dInitial);
            return;
        }

        int batch = _x!.Length(1);
        Span<T> dH = Block(dInitial.H, index, batch, Cell.OutputSize), dC = dInitial.C is null ? [] : Block(dInitial.C, index, batch, Cell.HiddenSize);
        _fast.Backward(dY, column, dH, dC, inputGradient ? _dX.Like(_x!) : null);
        (_dY, _column, _dLast) = (dY, column, dLast);
        (_dFinalH, _dFinalC, _dInitialOfStack) = (dFinalH, dFinalC, dInitial);
        _bptt.BackwardComputedElsewhere();
    }

    // Block `index` of ∂L/∂ of the initial states receives ∂L/∂ of the final states, from where the pass begins.
    private void LoadFinalGradient(int column, Tensor<T>? dLast, Tensor<T>? dFinalH, Tensor<T>? dFinalC, int index, State<T> dInitial)
    {
        (int batch, int size) = (_x!.Length(1), Cell.OutputSize);
        Span<T> dH = Block(dInitial.H, index, batch, size), dC = dInitial.C is null ? [] : Block(dInitial.C, index, batch, Cell.HiddenSize);
        dH.Clear();
        dC.Clear();
        if (dFinalH is not null) Block(dFinalH, index, batch, size).CopyTo(dH);
        if (dFinalC is not null) Block(dFinalC, index, batch, Cell.HiddenSize).CopyTo(dC);
        if (dLast is null) return;
        ReadOnlySpan<T> last = dLast.Flat();
        int width = dLast.Length(1);
        for (int b = 0; b < batch; b++)
            for (int n = 0; n < size; n++) dH[(b * size) + n] += last[(b * width) + column + n];
    }

    private void ReplayForward()
    {
        _bptt.Forward(_x!, _from is null ? null : Take(_from, _index, _x!.Length(1), ref _initial, _h, _c), _lengths);
        if (_bptt.Trace.Outputs.Flat().SequenceEqual(_y.Like(_x!, Cell.OutputSize).Flat())) return;
        _bptt.ForwardComputedElsewhere();
        throw new InvalidOperationException("The weights, the inputs or the initial states have changed since the last forward pass, so its trace is lost: ask before they change.");
    }

    private void ReplayBackward()
    {
        int batch = _x!.Length(1);
        State<T> stacked = _dInitialOfStack!, again = new(stacked.H.To<T, T>(), stacked.C?.To<T, T>());
        LoadFinalGradient(_column, _dLast, _dFinalH, _dFinalC, _index, again);
        Cell.KeepingGradients(() => BackwardByEquations(_dY, _column, _index, again));
        if (again.H.Flat().SequenceEqual(stacked.H.Flat()) && (again.C is null || again.C.Flat().SequenceEqual(stacked.C!.Flat()))) return;
        _bptt.BackwardComputedElsewhere();
        throw new InvalidOperationException("∂L/∂outputs has changed since the last backward pass, so the gradients of its steps are lost: ask before it changes.");
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
    public Unrolling<T>? Stream(State<T>? initial, int index, int batch)
    {
        Unrolling<T>? stream = Fast(reverse: false);
        stream?.StartStream(batch, initial is null ? [] : Block(initial.H, index, batch, Cell.OutputSize), initial?.C is null ? [] : Block(initial.C, index, batch, Cell.HiddenSize));
        return stream;
    }

    private Unrolling<T>? Fast(bool reverse) => Cell switch
    {
        StandardCell<T> lstm => Unrolling<T>.Lstm(lstm.W, lstm.U, lstm.BiasOrNull, lstm.RecurrentBiasOrNull, lstm.Wr, reverse),
        GruCell<T> { IsPlain: true } gru => Unrolling<T>.Gru(gru.W, gru.U, gru.BiasOrNull, gru.RecurrentBiasOrNull, reverse),
        _ => null,
    };

    // PyTorch's names of a cell's parameters; those it does not know keep their own.
    private static string NameOf(Parameter<T> parameter) => parameter.Name switch
    {
        "W" => "weight_ih",
        "U" => "weight_hh",
        "b" => "bias_ih",
        "d" => "bias_hh",
        "Wr" => "weight_hr",
        "P" => "weight_peephole",
        _ => parameter.Name,
    };

    // Block `index` of stacked states as a state of this cell.
    private State<T> Take(State<T> stacked, int index, int batch, ref State<T>? own, TensorCache<T> h, TensorCache<T> c)
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
