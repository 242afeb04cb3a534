using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace LstmLab;

/// <summary>What a forward pass keeps for the way back.</summary>
internal enum Keep
{
    /// <summary>Every step: the fastest way back.</summary>
    All,

    /// <summary>The states of every √T-th step; the steps between are computed again. T. Chen et al., "Training deep nets with sublinear memory cost", 2016.</summary>
    States,

    /// <summary>Nothing: there is no way back.</summary>
    Nothing,
}

/// <summary>The twin of Backpropagation/Bptt for gated cells: unrolls a batch, forward and backward, with the same bits on any vector width and number of threads.</summary>
internal abstract class Unrolling<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For the widest vectors of this processor.</summary>
    public static Unrolling<T> Lstm(Parameter<T> W, Parameter<T> U, Parameter<T>? b, Parameter<T>? d, Parameter<T>? Wr, bool reverse) =>
        Vector512.IsHardwareAccelerated ? new Unrolling<T, Lanes512<T>, LstmUnits<T, Lanes512<T>>>(W, U, b, d, Wr, reverse)
        : Vector256.IsHardwareAccelerated ? new Unrolling<T, Lanes256<T>, LstmUnits<T, Lanes256<T>>>(W, U, b, d, Wr, reverse)
        : new Unrolling<T, Lanes128<T>, LstmUnits<T, Lanes128<T>>>(W, U, b, d, Wr, reverse);

    /// <inheritdoc cref="Lstm"/>
    public static Unrolling<T> Gru(Parameter<T> W, Parameter<T> U, Parameter<T>? b, Parameter<T>? d, bool reverse) =>
        Vector512.IsHardwareAccelerated ? new Unrolling<T, Lanes512<T>, GruUnits<T, Lanes512<T>>>(W, U, b, d, null, reverse)
        : Vector256.IsHardwareAccelerated ? new Unrolling<T, Lanes256<T>, GruUnits<T, Lanes256<T>>>(W, U, b, d, null, reverse)
        : new Unrolling<T, Lanes128<T>, GruUnits<T, Lanes128<T>>>(W, U, b, d, null, reverse);

    /// <summary>Unrolls the cell.</summary>
    /// <param name="x">[T, B, I].</param>
    /// <param name="h0">[B, R]; zeros when null.</param>
    /// <param name="c0">[B, H]; zeros when null.</param>
    /// <param name="lengths">Length of each sequence; all T when null.</param>
    /// <param name="keep">What Backward will need.</param>
    /// <param name="y">Receives the hidden states, [T, B, R]; zero beyond a sequence's end.</param>
    /// <param name="h">Receives the final hidden states, [B, R].</param>
    /// <param name="c">Receives the final cell states, [B, H].</param>
    public abstract void Forward(Tensor<T> x, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0, IReadOnlyList<int>? lengths, Keep keep, Tensor<T> y, Span<T> h, Span<T> c);

    /// <summary>Lays the weights out, as they are now, for steps that follow each other.</summary>
    /// <param name="batch">B.</param>
    /// <param name="h0">[B, R]; zeros when empty.</param>
    /// <param name="c0">[B, H]; zeros when empty.</param>
    public abstract void StartStream(int batch, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0);

    /// <summary>The next step.</summary>
    /// <param name="x">[B, I].</param>
    /// <param name="y">Receives the hidden states, [B, R].</param>
    public abstract void Step(Tensor<T> x, Tensor<T> y);

    /// <summary>Carries gradients back through the last forward pass; parameters' gradients accumulate.</summary>
    /// <param name="dY">∂L/∂h of the loss itself, [T, B, columns]; null for zeros.</param>
    /// <param name="column">The first of this cell's R columns.</param>
    /// <param name="dH">∂L/∂final h in, ∂L/∂h0 out, [B, R].</param>
    /// <param name="dC">∂L/∂final c in, ∂L/∂c0 out, [B, H].</param>
    /// <param name="dX">Receives ∂L/∂x, [T, B, I]; null when nobody wants it.</param>
    /// <exception cref="InvalidOperationException">The forward pass kept nothing.</exception>
    public abstract void Backward(Tensor<T>? dY, int column, Span<T> dH, Span<T> dC, Tensor<T>? dX);
}
