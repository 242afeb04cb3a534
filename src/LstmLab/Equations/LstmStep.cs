using System.Numerics;

namespace LstmLab;

/// <summary>One step of an LSTM: pre-activations, gates and states, each [H].</summary>
public class LstmStep<T> : Step<T> where T : struct, INumberBase<T>
{
    /// <summary>Makes a record of zeros for a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="candidate">What its equations call the candidate; "c" where the candidate is the cell state itself.</param>
    /// <param name="forgets">Whether there is a forget gate.</param>
    public LstmStep(Cell<T> cell, string candidate = "g", bool forgets = true) : base(cell)
    {
        Zi = Vector("zi");
        Zf = forgets ? Vector("zf") : [];
        Zg = Vector("z" + candidate);
        Zo = Vector("zo");
        I = Vector("i");
        F = forgets ? Vector("f") : [];
        G = candidate == "c" ? C : Vector(candidate);
        O = Vector("o");
        Vector("c");
        TanhC = Vector("tanh(c)");
        M = H.Length == TanhC.Length ? H : Vector("m");
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
}
