using System.Numerics;

namespace LstmLab;

/// <summary>A cell with the gates of an LSTM, whose steps are <see cref="LstmStep{T}"/>.</summary>
public abstract class LstmCell<T> : Cell<T> where T : struct, INumberBase<T>
{
    /// <summary>Sets shapes, gates and biases.</summary>
    /// <inheritdoc cref="Cell{T}(int, int, IReadOnlyList{string}, int, int, int)"/>
    protected LstmCell(int inputSize, int hiddenSize, IReadOnlyList<string> gates, int outputSize = 0, int biases = 1)
        : base(inputSize, hiddenSize, gates, outputSize, biases)
    {
    }

    /// <inheritdoc/>
    public override LstmStep<T> NewStep() => new(this);

    /// <inheritdoc cref="Cell{T}.Step"/>
    public new LstmStep<T> Step(T[] x, T[]? hPrev = null, T[]? cPrev = null, int time = 0, int sequence = 0) =>
        (LstmStep<T>)base.Step(x, hPrev, cPrev, time, sequence);

    /// <summary>Fills the row blocks of W, U and b from one matrix and vector a gate, in the cell's gate order.</summary>
    /// <param name="gates">For each gate its W [H][I], U [H][R] and b [H], as rows.</param>
    /// <exception cref="ShapeException">A shape disagrees; the message names the matrix or vector.</exception>
    private protected void Fill(params (T[][] W, T[][] U, T[] b)[] gates)
    {
        for (int n = 0; n < gates.Length; n++)
        {
            Require(gates[n].W, $"W_{Gates[n]}", "I", InputSize);
            Require(gates[n].U, $"U_{Gates[n]}", "R", OutputSize);
            if (gates[n].b.Length != HiddenSize)
                throw new ShapeException($"b_{Gates[n]} must hold [H] = {HiddenSize} values, but holds {gates[n].b.Length}.");
        }

        W.Set(gates.SelectMany(gate => gate.W).SelectMany(row => row).ToArray());
        U.Set(gates.SelectMany(gate => gate.U).SelectMany(row => row).ToArray());
        b.Set(gates.SelectMany(gate => gate.b).ToArray());
    }

    private void Require(T[][] rows, string name, string axis, int columns)
    {
        string shape = $"{name} must be [H, {axis}] = [{HiddenSize}, {columns}]";
        if (rows.Length != HiddenSize) throw new ShapeException($"{shape}, but has {rows.Length} rows.");
        int odd = Array.FindIndex(rows, row => row.Length != columns);
        if (odd >= 0) throw new ShapeException($"{shape}, but its row {odd} holds {rows[odd].Length} values.");
    }
}
