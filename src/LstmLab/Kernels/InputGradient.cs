using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LstmLab;

/// <summary>∂L/∂x of the steps of a chunk: <c>∂L/∂x = Wᵀ ∂L/∂z</c>, gates ascending.</summary>
internal sealed class InputGradient<T, V, TKernel>(
    RecurrenceLayout layout, BatchPlan plan, RecurrenceWorkspace<T> workspace, BackwardWeights<T, V, TKernel> weights)
    where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> where TKernel : struct, ICellKernel<T, V>
{
    private static int PanelWidth => PanelProduct<T, V>.PanelWidth;

    /// <summary>Writes the rows of the steps chunk … chunkEnd − 1 of some sequences.</summary>
    /// <param name="dX">[T, B, I].</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="chunk">First step.</param>
    /// <param name="chunkEnd">The step after the last.</param>
    /// <param name="scratch">The worker's room.</param>
    public void Run(Span<T> dX, SequenceRange sequences, int chunk, int chunkEnd, ref T scratch)
    {
        for (int s = chunk; s < chunkEnd; s++)
        {
            for (int panel = 0; panel < PanelProduct<T, V>.PanelsOf(layout.I); panel++)
            {
                int first = panel * PanelWidth, width = Math.Min(PanelWidth, layout.I - first);
                for (int b = sequences.From; b < sequences.To; b += Tiles.RowsOfBlock)
                {
                    int rows = Math.Min(Tiles.RowsOfBlock, sequences.To - b);
                    weights.Multiply(
                        layout.InputRuns, rows, ref workspace.DzRow(chunk, s, b, sequences), ref weights.ToInput[panel],
                        ref workspace.Zeros, 0, ref scratch, PanelWidth, layout.I - first);
                    for (int r = 0; r < rows; r++)
                    {
                        int row = (plan.TimeOf(s, b + r) * plan.B) + b + r;
                        Span<T> sums = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref scratch, r * PanelWidth), width);
                        sums.CopyTo(dX[((row * layout.I) + first)..]);
                    }
                }
            }
        }
    }
}
