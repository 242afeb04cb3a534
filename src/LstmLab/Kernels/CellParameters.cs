using System.Numerics;

namespace LstmLab;

/// <summary>The parameters of a cell with a kernel, and the biases as the kernel reads them.</summary>
/// <remarks>A cell has no bias, one, or two. A GRU reads its recurrent bias in the elementwise part, since the reset gate acts on it; in
/// all other cells sums start from b + d. Zeros stand for a bias that is not there.</remarks>
internal sealed class CellParameters<T> where T : struct, INumberBase<T>
{
    private readonly Parameter<T>? _b, _d, _unit;
    private readonly bool _readsRecurrentBiasByUnit;

    /// <summary>Wires the parameters.</summary>
    /// <param name="W">Weights on x, [G·H, I].</param>
    /// <param name="U">Weights on hPrev, [G·H, R].</param>
    /// <param name="b">Bias, [G·H], or null.</param>
    /// <param name="d">Recurrent bias, [G·H], or null.</param>
    /// <param name="peepholes">Peephole weights, [3·H], or null.</param>
    /// <param name="projection">W_r, [R, H], or null.</param>
    /// <param name="readsRecurrentBiasByUnit">Whether d is a unit parameter, as in a GRU, instead of part of the bias.</param>
    public CellParameters(
        Parameter<T> W, Parameter<T> U, Parameter<T>? b, Parameter<T>? d, Parameter<T>? peepholes = null, Parameter<T>? projection = null,
        bool readsRecurrentBiasByUnit = false)
    {
        this.W = W;
        this.U = U;
        _b = b;
        _d = d;
        _readsRecurrentBiasByUnit = readsRecurrentBiasByUnit;
        _unit = readsRecurrentBiasByUnit ? d : peepholes;
        Projection = projection;
        Bias = new T[W.Rows];
        UnitValues = readsRecurrentBiasByUnit ? new T[W.Rows] : peepholes?.Values ?? [];
    }

    /// <summary>Weights on x, [G·H, I].</summary>
    public Parameter<T> W { get; }

    /// <summary>Weights on hPrev, [G·H, R].</summary>
    public Parameter<T> U { get; }

    /// <summary>W_r, [R, H], or null.</summary>
    public Parameter<T>? Projection { get; }

    /// <summary>G, the number of gates.</summary>
    public int Gates => W.Gates.Count;

    /// <summary>H, the number of units.</summary>
    public int Units => W.Rows / W.Gates.Count;

    /// <summary>What the sums of the gates start from, [G·H]; as of the last <see cref="ReadBiases"/>.</summary>
    public T[] Bias { get; }

    /// <summary>What the elementwise part reads, [n·H]; as of the last <see cref="ReadBiases"/>.</summary>
    public T[] UnitValues { get; }

    /// <summary>The parameter whose gradient the elementwise part adds to; null if there is none.</summary>
    public T[]? UnitGradient => _unit?.Gradient;

    /// <summary>The parameters whose gradient is the sum of the gates' gradients.</summary>
    public T[]? FirstBiasGradient => _b?.Gradient;

    /// <summary>The same of the second bias, unless the elementwise part reads it.</summary>
    public T[]? SecondBiasGradient => _readsRecurrentBiasByUnit ? null : _d?.Gradient;

    /// <summary>Takes the biases as they are now.</summary>
    public void ReadBiases()
    {
        _b?.Values.CopyTo(Bias, 0);
        if (_d is null) return;
        if (_readsRecurrentBiasByUnit) _d.Values.CopyTo(UnitValues, 0);
        for (int n = 0; !_readsRecurrentBiasByUnit && n < Bias.Length; n++) Bias[n] = (_b is null ? T.Zero : _b.Values[n]) + _d.Values[n];
    }
}
