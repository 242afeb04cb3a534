using System.Numerics;

namespace LstmLab;

/// <summary>
/// The loss that a cell is checked with, <c>L = Σ w ⊙ h + Σ v ⊙ c(T)</c>, by the forward equations alone, in double for central
/// differences and in complex numbers for the complex step.
/// </summary>
/// <param name="cell">The cell, whose parameters may be changed between two calls.</param>
/// <param name="x">Sequences, [T, B, I].</param>
/// <param name="h">h0, [B, R].</param>
/// <param name="c">c0, [B, H]; empty for a cell without a cell state.</param>
/// <param name="w">Weights of the hidden states, [T, B, R].</param>
/// <param name="v">Weights of the final cell states, [B, H].</param>
/// <param name="lengths">Length of each sequence.</param>
internal sealed class CheckedLoss<T>(Cell<T> cell, T[] x, T[] h, T[] c, T[] w, T[] v, int[] lengths) where T : struct, INumberBase<T>
{
    private readonly Step<T>[] _steps = [.. lengths.Select(_ => cell.NewStep())];

    /// <summary>The last step of a sequence that was computed: its H and C are the states that enter the next.</summary>
    public Step<T> StepOf(int b) => _steps[b];

    /// <summary>The loss at the present values.</summary>
    /// <param name="beforeTime">Called with each t before any sequence's step of that time.</param>
    public T Of(Action<int>? beforeTime = null)
    {
        (int inputs, int outputs, int units, int batch) = (cell.InputSize, cell.OutputSize, cell.CellSize, lengths.Length);
        for (int b = 0; b < batch; b++)
        {
            h.AsSpan(b * outputs, outputs).CopyTo(_steps[b].H);
            c.AsSpan(b * units, units).CopyTo(_steps[b].C);
        }

        T ofHidden = T.Zero, ofCell = T.Zero;
        for (int t = 0; t < lengths.Max(); t++)
        {
            beforeTime?.Invoke(t);
            for (int b = 0; b < batch; b++)
            {
                if (t >= lengths[b]) continue;
                int row = (t * batch) + b;
                Step<T> step = _steps[b];
                step.Load(x.AsSpan(row * inputs, inputs), step.H, step.C, t, b);
                cell.Forward(step);
                ofHidden = Dot(w.AsSpan(row * outputs, outputs), step.H, ofHidden);
            }
        }

        for (int b = 0; b < batch; b++) ofCell = Dot(v.AsSpan(b * units, units), _steps[b].C, ofCell);
        return ofHidden + ofCell;
    }

    private static T Dot(ReadOnlySpan<T> weights, T[] values, T sum)
    {
        for (int n = 0; n < values.Length; n++) sum = DeterministicMath.MultiplyAdd(weights[n], values[n], sum);
        return sum;
    }
}
