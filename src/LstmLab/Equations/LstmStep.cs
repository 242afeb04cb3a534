using System.Numerics;

namespace LstmLab;

/// <summary>One step of an LSTM: pre-activations, gates and states, each [H].</summary>
public sealed class LstmStep<T> : Step<T> where T : struct, INumberBase<T>
{
    internal LstmStep(Cell<T> cell) : base(cell)
    {
        int size = cell.HiddenSize;
        bool forgets = cell.Gates.Contains("f");
        (Zi, Zg, Zo) = (new T[size], new T[size], new T[size]);
        (I, G, O) = (new T[size], new T[size], new T[size]);
        (Zf, F) = forgets ? (new T[size], new T[size]) : ([], []);
        (TanhC, M) = (new T[size], cell.OutputSize == size ? H : new T[size]);
        // The document calls its candidate c: there g and c are one.
        bool isDocument = cell.Gates.Contains("c");
        List<NamedVector<T>> quantities =
        [
            new("zi", Zi), new("zf", Zf), new(isDocument ? "zc" : "zg", Zg), new("zo", Zo), new("i", I), new("f", F), new("g", G), new("o", O), new("c", C),
            new("tanh(c)", TanhC), new("m", M), new("h", H),
        ];
        quantities.RemoveAll(quantity => quantity.Values.Length == 0 || (quantity.Name == "m" && ReferenceEquals(M, H)) || (quantity.Name == "g" && isDocument));
        Quantities = quantities;
    }

    /// <summary>Pre-activation of the input gate.</summary>
    public T[] Zi { get; }

    /// <summary>Pre-activation of the forget gate; empty for a cell without one.</summary>
    public T[] Zf { get; }

    /// <summary>Pre-activation of the candidate.</summary>
    public T[] Zg { get; }

    /// <summary>Pre-activation of the output gate.</summary>
    public T[] Zo { get; }

    /// <summary>Input gate, each in (0, 1).</summary>
    public T[] I { get; }

    /// <summary>Forget gate, each in (0, 1); empty for a cell without one.</summary>
    public T[] F { get; }

    /// <summary>Candidate, each in (−1, 1); in (−2, 2) for the cell of 1997.</summary>
    public T[] G { get; }

    /// <summary>Output gate, each in (0, 1).</summary>
    public T[] O { get; }

    /// <summary>The squashed cell state, tanh(c); 2σ(c) − 1 for the cell of 1997.</summary>
    public T[] TanhC { get; }

    /// <summary>The gated output before a projection, o ⊙ tanh(c); the same array as H without one.</summary>
    public T[] M { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedVector<T>> Quantities { get; }
}

/// <summary>A cell with the gates of an LSTM, whose steps are <see cref="LstmStep{T}"/>.</summary>
public abstract class LstmCell<T> : Cell<T> where T : struct, INumberBase<T>
{
    /// <summary>Sets shapes and gates.</summary>
    protected LstmCell(int inputSize, int hiddenSize, int outputSize, params string[] gates) : base(inputSize, hiddenSize, outputSize, gates)
    {
    }

    /// <inheritdoc/>
    public override LstmStep<T> NewStep() => new(this);

    /// <inheritdoc cref="Cell{T}.Step"/>
    public new LstmStep<T> Step(T[] x, T[]? hPrev = null, T[]? cPrev = null) => (LstmStep<T>)base.Step(x, hPrev, cPrev);

    /// <summary>Fills the row blocks of W, U and b from one matrix and vector a gate, in the cell's gate order.</summary>
    /// <param name="gates">For each gate its W [H][I], U [H][R] and b [H], as rows.</param>
    /// <exception cref="ShapeException">A shape disagrees; the message names the matrix or vector.</exception>
    private protected void Fill(params (T[][] W, T[][] U, T[] b)[] gates)
    {
        for (int n = 0; n < gates.Length; n++)
        {
            Require(gates[n].W, $"W_{Gates[n]}", "I", InputSize);
            Require(gates[n].U, $"U_{Gates[n]}", "R", OutputSize);
            if (gates[n].b.Length != HiddenSize) throw new ShapeException($"b_{Gates[n]} must hold [H] = {HiddenSize} values, but holds {gates[n].b.Length}.");
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
