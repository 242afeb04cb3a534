using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Backpropagation;
using LstmLab.Equations;
using LstmLab.Numerics;

namespace LstmLab.Layers;

/// <summary>One layer of a stack in one direction: a cell, its unrolling, and its parameters under PyTorch's names.</summary>
internal sealed class Direction<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T>? _inputBias, _recurrentBias;
    private readonly Buffer<T> _dOutputs = new();
    private readonly Buffer<T> _h = new(), _c = new(), _dh = new(), _dc = new();
    private State<T>? _initial, _dFinal;

    /// <summary>Wires a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="suffix">_l0, _l0_reverse, _l1 …</param>
    /// <param name="bias">Whether biases are learnt; zero otherwise.</param>
    /// <param name="twinBias">Whether the cell's one bias is the sum of PyTorch's two, bias_ih + bias_hh.</param>
    public Direction(Cell<T> cell, string suffix, bool bias, bool twinBias)
    {
        Cell = cell;
        Bptt = new(cell, suffix.EndsWith("_reverse", StringComparison.Ordinal));
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
                parameters.Add(parameter.As(parameter.Role switch
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

    public Bptt<T> Bptt { get; }

    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>Where the first of two directions puts both outputs side by side.</summary>
    public Buffer<T> SideBySide { get; } = new();

    /// <summary>Runs the layer from block <paramref name="index"/> of the stacked states, and leaves its final states there.</summary>
    public void Forward(Tensor<T> x, IReadOnlyList<int>? lengths, State<T>? initial, int index, State<T> final)
    {
        for (int n = 0; _inputBias is not null && n < _inputBias.Values.Length; n++) Cell.b.Values[n] = _inputBias.Values[n] + _recurrentBias!.Values[n];
        Trace<T> trace = Bptt.Forward(x, initial is null ? null : Take(initial, index, x.Length(1), ref _initial, _h, _c), lengths);
        trace.Final.H.Flat().CopyTo(Block(final.H, index, trace.Final.H));
        trace.Final.C?.Flat().CopyTo(Block(final.C!, index, trace.Final.C));
    }

    /// <summary>Carries gradients back; ∂L/∂ of the initial states go to block <paramref name="index"/> of <paramref name="dInitial"/>.</summary>
    /// <param name="dY">[T, B, D·R], of which this direction's columns start at <paramref name="column"/>.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="dLast">∂L/∂ of the final hidden states [B, D·R] of a layer that returns only those, or null.</param>
    /// <param name="dFinal">∂L/∂ of the stacked final states, or null.</param>
    /// <param name="index">Its block in stacked states.</param>
    /// <param name="dInitial">Stacked, overwritten in block <paramref name="index"/>.</param>
    public void Backward(Tensor<T> dY, int column, Tensor<T>? dLast, State<T>? dFinal, int index, State<T> dInitial)
    {
        (int batch, int size, int width) = (dY.Length(1), Cell.OutputSize, dY.Length(2));
        Tensor<T> dOutputs = _dOutputs.Of(dY.Length(0), batch, size);
        for (int row = 0; row < dY.Length(0) * batch; row++) dY.Flat().Slice((row * width) + column, size).CopyTo(dOutputs.Flat().Slice(row * size, size));
        State<T>? dEnd = dFinal is null && dLast is null ? null : Take(dFinal, index, batch, ref _dFinal, _dh, _dc);
        for (int n = 0; dLast is not null && n < batch * size; n++) dEnd!.H.Flat()[n] += dLast.Flat()[(n / size * width) + column + (n % size)];

        if (_inputBias is not null) Array.Clear(Cell.b.Gradient);
        Bptt.Backward(dOutputs, dEnd);
        for (int n = 0; _inputBias is not null && n < _inputBias.Values.Length; n++)
        {
            _inputBias.Gradient[n] += Cell.b.Gradient[n];
            _recurrentBias!.Gradient[n] += Cell.b.Gradient[n];
        }

        Bptt.DInitial.H.Flat().CopyTo(Block(dInitial.H, index, Bptt.DInitial.H));
        Bptt.DInitial.C?.Flat().CopyTo(Block(dInitial.C!, index, Bptt.DInitial.C));
    }

    // Block `index` of stacked states as a state of this cell; zeros from null.
    private State<T> Take(State<T>? stacked, int index, int batch, ref State<T>? own, Buffer<T> h, Buffer<T> c)
    {
        Tensor<T> hidden = h.Cleared(batch, Cell.OutputSize);
        Tensor<T>? cell = Cell.HasCellState ? c.Cleared(batch, Cell.HiddenSize) : null;
        if (!ReferenceEquals(own?.H, hidden)) own = new(hidden, cell);
        if (stacked is not null) Block(stacked.H, index, hidden).CopyTo(hidden.Flat());
        if (stacked is not null && cell is not null) Block(stacked.C!, index, cell).CopyTo(cell.Flat());
        return own;
    }

    private static Span<T> Block(Tensor<T> stacked, int index, Tensor<T> one)
    {
        int length = one.Flat().Length;
        return stacked.Flat().Slice(index * length, length);
    }
}
