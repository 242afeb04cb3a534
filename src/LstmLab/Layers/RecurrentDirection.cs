using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>One layer of a stack in one direction at work: a cell, its recurrence, and its parameters under PyTorch's names.</summary>
/// <remarks>The recurrence is the cell's kernel or its equations; both have the same bits. What a kernel computed is shown by computing
/// it again with the equations, when it is first asked for.</remarks>
internal sealed class RecurrentDirection<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _reverse, _prefersKernel;
    private readonly Recurrence<T> _recurrence;
    private readonly EquationRecurrence<T> _equations;
    private readonly TensorCache<T> _y = new(), _dX = new();
    private State<T>? _initial, _dInitial;
    private Tensor<T>? _x, _dY, _dLast, _dFinalH, _dFinalC;
    private IReadOnlyList<int>? _lengths;
    private int _index, _column;

    /// <summary>Wires a cell; the layer's parameters are the cell's own under other names.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="suffix">_l0, _l1 …</param>
    /// <param name="reverse">Whether each sequence is read from its own last step to its first.</param>
    /// <param name="prefersKernel">Whether the cell's kernel does the work if there is one.</param>
    public RecurrentDirection(Cell<T> cell, string suffix, bool reverse, bool prefersKernel)
        : this(cell, reverse, prefersKernel, Named(cell, suffix + (reverse ? "_reverse" : "")))
    {
    }

    private RecurrentDirection(Cell<T> cell, bool reverse, bool prefersKernel, IReadOnlyList<Parameter<T>> parameters)
    {
        Cell = cell;
        Parameters = parameters;
        _reverse = reverse;
        _prefersKernel = prefersKernel;
        _recurrence = NewRecurrence(reverse);
        _equations = _recurrence as EquationRecurrence<T> ?? new(cell, reverse);
        if (HasKernel) Unrolled.ReplayOnDemand(ReplayForward, ReplayBackward);
    }

    public Cell<T> Cell { get; }

    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>Whether the cell's kernel does the work.</summary>
    public bool HasKernel => !ReferenceEquals(_recurrence, _equations);

    /// <summary>
    /// The last passes as equations. What a kernel computed is computed again when first asked for, from the weights, x and ∂L/∂y as they
    /// are then; if they have changed since, asking is an error.
    /// </summary>
    public Bptt<T> Unrolled => _equations.Unrolled;

    /// <summary>∂L/∂x of the last backward pass; meaningless if it was not asked for.</summary>
    public Tensor<T> DX => _dX.Like(_x!);

    /// <summary>Where the first of two directions puts both outputs side by side.</summary>
    public TensorCache<T> SideBySide { get; } = new();

    /// <summary>The same cell and parameters with workspaces of their own, for a call that is made while this one waits for its backward
    /// pass.</summary>
    public RecurrentDirection<T> ForAnotherCall() => new(Cell, _reverse, _prefersKernel, Parameters);

    /// <summary>Runs the layer from block <paramref name="index"/> of the stacked states, leaves its final states there, and returns its
    /// outputs, [T, B, R].</summary>
    public Tensor<T> Forward(Tensor<T> x, IReadOnlyList<int>? lengths, SavedActivations saved, State<T>? initial, int index, State<T> final)
    {
        _x = x;
        _lengths = lengths;
        _initial = initial;
        _index = index;
        Tensor<T> y = _y.Like(x, Cell.OutputSize);
        _recurrence.Forward(x, HiddenOf(initial), CellStateOf(initial), lengths, saved, y, HiddenOf(final), CellStateOf(final));
        if (HasKernel) Unrolled.ForwardComputedElsewhere();
        return y;
    }

    /// <summary>Propagates gradients back; ∂L/∂ of the initial states go to this direction's block of
    /// <paramref name="dInitial"/>.</summary>
    /// <param name="dY">[T, B, D·R], of which this direction's columns start at <paramref name="column"/>; null for zeros.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="dLast">∂L/∂ of the final hidden states [B, D·R] of a layer that returns only those, or null.</param>
    /// <param name="dFinalH">∂L/∂ of the stacked final hidden states, or null.</param>
    /// <param name="dFinalC">∂L/∂ of the stacked final cell states, or null.</param>
    /// <param name="dInitial">Stacked, overwritten in this direction's block.</param>
    /// <param name="inputGradient">Whether <see cref="DX"/> is wanted.</param>
    public void Backward(
        Tensor<T>? dY, int column, Tensor<T>? dLast, Tensor<T>? dFinalH, Tensor<T>? dFinalC, State<T> dInitial, bool inputGradient)
    {
        _dY = dY;
        _column = column;
        _dLast = dLast;
        _dFinalH = dFinalH;
        _dFinalC = dFinalC;
        _dInitial = dInitial;
        LoadFinalGradient(dInitial);
        _recurrence.Backward(dY, column, HiddenOf(dInitial), CellStateOf(dInitial), inputGradient ? DX : null);
        if (HasKernel) Unrolled.BackwardComputedElsewhere();
    }

    /// <summary>A recurrence of its own for a stream that starts from block <paramref name="index"/> of the stacked states, with the
    /// weights as they are now.</summary>
    public Recurrence<T> Stream(State<T>? initial, int index, int batch)
    {
        Recurrence<T> stream = NewRecurrence(reverse: false);
        ReadOnlySpan<T> h0 = initial is null ? [] : Block(initial.H, index), c0 = initial?.C is null ? [] : Block(initial.C, index);
        stream.StartStream(batch, h0, c0);
        return stream;
    }

    private Recurrence<T> NewRecurrence(bool reverse) =>
        _prefersKernel ? CellRecurrence.Create(Cell, reverse) : new EquationRecurrence<T>(Cell, reverse);

    // This direction's block of ∂L/∂ of the initial states receives ∂L/∂ of the final states, from where the pass begins.
    private void LoadFinalGradient(State<T> dInitial)
    {
        Span<T> dH = HiddenOf(dInitial), dC = CellStateOf(dInitial);
        if (_dFinalH is null) dH.Clear();
        else Block(_dFinalH, _index).CopyTo(dH);
        if (_dFinalC is null) dC.Clear();
        else Block(_dFinalC, _index).CopyTo(dC);
        if (_dLast is null) return;
        ReadOnlySpan<T> last = _dLast.Flat();
        int width = _dLast.Length(1), size = Cell.OutputSize;
        for (int b = 0; b < _dLast.Length(0); b++)
        {
            for (int n = 0; n < size; n++) dH[(b * size) + n] += last[(b * width) + _column + n];
        }
    }

    private void ReplayForward()
    {
        Tensor<T> x = _x!, y = Tensors.Zeros<T>(x.Length(0), x.Length(1), Cell.OutputSize);
        T[] h = new T[x.Length(1) * Cell.OutputSize], c = new T[x.Length(1) * Cell.CellSize];
        _equations.Forward(x, HiddenOf(_initial), CellStateOf(_initial), _lengths, SavedActivations.All, y, h, c);
        if (y.Flat().SequenceEqual(_y.Like(x, Cell.OutputSize).Flat())) return;
        Unrolled.ForwardComputedElsewhere();
        throw new InvalidOperationException(
            "The weights, the inputs or the initial states have changed since the last forward pass, so its trace is lost: "
            + "ask before they change.");
    }

    private void ReplayBackward()
    {
        State<T> found = _dInitial!, again = new(found.H.To<T, T>(), found.C?.To<T, T>());
        LoadFinalGradient(again);
        T[] dH = HiddenOf(again).ToArray(), dC = CellStateOf(again).ToArray();
        Cell.KeepingGradients(() => _equations.Backward(_dY, _column, dH, dC, null));
        if (dH.AsSpan().SequenceEqual(HiddenOf(found)) && dC.AsSpan().SequenceEqual(CellStateOf(found))) return;
        Unrolled.BackwardComputedElsewhere();
        throw new InvalidOperationException(
            "∂L/∂outputs has changed since the last backward pass, so the gradients of its steps are lost: ask before it changes.");
    }

    private Span<T> HiddenOf(State<T>? stacked) => stacked is null ? [] : Block(stacked.H, _index);

    private Span<T> CellStateOf(State<T>? stacked) => stacked?.C is null ? [] : Block(stacked.C, _index);

    private static Parameter<T>[] Named(Cell<T> cell, string suffix) =>
        [.. cell.Parameters.Select(parameter => parameter.WithName(NameOf(parameter) + suffix))];

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

    // Block `index` of stacked states, [L·D, B, n].
    private static Span<T> Block(Tensor<T> stacked, int index)
    {
        int size = stacked.Length(1) * stacked.Length(2);
        return stacked.Flat().Slice(index * size, size);
    }
}
