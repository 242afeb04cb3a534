using System.Numerics;

namespace LstmLab;

/// <summary>One step of a GRU, each array [H].</summary>
public class GruStep<T> : Step<T> where T : struct, INumberBase<T>
{
    /// <summary>Makes a record of zeros for a cell.</summary>
    public GruStep(Cell<T> cell) : base(cell)
    {
        Zr = Vector("zr");
        Zz = Vector("zz");
        Zn = Vector("zn");
        R = Vector("r");
        Z = Vector("z");
        Q = Vector("q");
        N = Vector("n");
    }

    /// <summary>Pre-activation of the reset gate.</summary>
    public T[] Zr { get; }

    /// <summary>Pre-activation of the update gate.</summary>
    public T[] Zz { get; }

    /// <summary>Pre-activation of the candidate.</summary>
    public T[] Zn { get; }

    /// <summary>Reset gate, each in (0, 1).</summary>
    public T[] R { get; }

    /// <summary>Update gate, each in (0, 1): 1 keeps the previous hidden state.</summary>
    public T[] Z { get; }

    /// <summary>The recurrent part of the candidate: U_n hPrev + d_n, or r ⊙ hPrev where the reset gate acts before the
    /// product.</summary>
    public T[] Q { get; }

    /// <summary>Candidate, each in (−1, 1).</summary>
    public T[] N { get; }
}
