using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>What a forward pass through time computed: every gate and state of every step of every sequence.</summary>
/// <remarks>Its buffers belong to the <see cref="Bptt{T}"/> that made it and are overwritten by its next forward pass.</remarks>
public sealed class Trace<T> where T : struct, INumberBase<T>
{
    private readonly List<Step<T>> _steps;
    private readonly int[]? _lengths;

    internal Trace(List<Step<T>> steps, int timeSteps, int batch, int[]? lengths, Tensor<T> outputs, State<T> final) =>
        (_steps, TimeSteps, Batch, _lengths, Outputs, Final) = (steps, timeSteps, batch, lengths, outputs, final);

    /// <summary>T, the number of time steps.</summary>
    public int TimeSteps { get; }

    /// <summary>B, the number of sequences.</summary>
    public int Batch { get; }

    /// <summary>Length of each sequence, [B]; null when all are T long.</summary>
    public IReadOnlyList<int>? Lengths => _lengths;

    /// <summary>Hidden states, [T, B, R]; zero beyond a sequence's end.</summary>
    public Tensor<T> Outputs { get; }

    /// <summary>The states after each sequence's own last step.</summary>
    public State<T> Final { get; }

    /// <summary>The step of sequence b at time t.</summary>
    /// <exception cref="ArgumentOutOfRangeException">t is beyond the sequence's end, or b beyond the batch.</exception>
    public Step<T> this[int t, int b = 0]
    {
        get
        {
            RequireWithin(t, b);
            return _steps[(t * Batch) + b];
        }
    }

    /// <summary>One quantity of one unit over time: what the gate did along a sequence.</summary>
    /// <param name="quantity">A name of <see cref="Step{T}.Quantities"/>, e.g. "f".</param>
    /// <param name="unit">The unit, 0 … H − 1.</param>
    /// <param name="b">The sequence.</param>
    /// <exception cref="ArgumentException">The cell has no such quantity.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The quantity has no such unit, or the batch no such sequence.</exception>
    public T[] Series(string quantity, int unit = 0, int b = 0)
    {
        T[] series = new T[LengthOf(b)];
        Step<T> any = _steps[0];
        int index = any.IndexOf(quantity);
        ArgumentOutOfRangeException.ThrowIfNegative(unit);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(unit, any.Quantities[index].Values.Length);
        for (int t = 0; t < series.Length; t++) series[t] = this[t, b].Quantities[index].Values[unit];
        return series;
    }

    internal void SetLengths(IReadOnlyList<int>? lengths)
    {
        for (int b = 0; lengths is not null && b < Batch; b++) _lengths![b] = lengths[b];
    }

    /// <summary>Length of a sequence, 0 … T.</summary>
    /// <exception cref="ArgumentOutOfRangeException">b is beyond the batch.</exception>
    internal int LengthOf(int b)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(b);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(b, Batch);
        return _lengths?[b] ?? TimeSteps;
    }

    internal void RequireWithin(int t, int b)
    {
        int length = LengthOf(b);
        ArgumentOutOfRangeException.ThrowIfNegative(t);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(t, length);
    }
}
