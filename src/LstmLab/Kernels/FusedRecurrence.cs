using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace LstmLab;

/// <summary>Makes the fused recurrence of a cell for the widest vectors of this processor.</summary>
internal static class FusedRecurrence
{
    /// <summary>The LSTM, optionally with a projection.</summary>
    public static Recurrence<T> Lstm<T>(CellParameters<T> cell, bool reverse) where T : struct, IBinaryFloatingPointIeee754<T> =>
        Vector512.IsHardwareAccelerated ? new FusedRecurrence<T, Lanes512<T>, LstmCellKernel<T, Lanes512<T>>>(cell, reverse)
        : Vector256.IsHardwareAccelerated ? new FusedRecurrence<T, Lanes256<T>, LstmCellKernel<T, Lanes256<T>>>(cell, reverse)
        : new FusedRecurrence<T, Lanes128<T>, LstmCellKernel<T, Lanes128<T>>>(cell, reverse);

    /// <summary>The GRU; its unit parameters are the recurrent bias d.</summary>
    public static Recurrence<T> Gru<T>(CellParameters<T> cell, bool reverse) where T : struct, IBinaryFloatingPointIeee754<T> =>
        Vector512.IsHardwareAccelerated ? new FusedRecurrence<T, Lanes512<T>, GruCellKernel<T, Lanes512<T>>>(cell, reverse)
        : Vector256.IsHardwareAccelerated ? new FusedRecurrence<T, Lanes256<T>, GruCellKernel<T, Lanes256<T>>>(cell, reverse)
        : new FusedRecurrence<T, Lanes128<T>, GruCellKernel<T, Lanes128<T>>>(cell, reverse);

    /// <summary>The LSTM with peepholes; its unit parameters are the peephole weights P.</summary>
    public static Recurrence<T> Peephole<T>(CellParameters<T> cell, bool reverse) where T : struct, IBinaryFloatingPointIeee754<T> =>
        Vector512.IsHardwareAccelerated ? new FusedRecurrence<T, Lanes512<T>, PeepholeCellKernel<T, Lanes512<T>>>(cell, reverse)
        : Vector256.IsHardwareAccelerated ? new FusedRecurrence<T, Lanes256<T>, PeepholeCellKernel<T, Lanes256<T>>>(cell, reverse)
        : new FusedRecurrence<T, Lanes128<T>, PeepholeCellKernel<T, Lanes128<T>>>(cell, reverse);
}

/// <summary>
/// The recurrence of a cell with a kernel: one matrix product a step for all gates, with the elementwise part fused into it.
/// </summary>
/// <remarks>
/// The bits are those of the equations on any vector width and with any number of threads. This class says in which order the phases run;
/// what a phase does is in a class of its own: <see cref="ForwardPass{T,V,TKernel}"/>, <see cref="BackwardSteps{T,V,TKernel}"/>, <see
/// cref="WeightGradients{T,V,TKernel}"/>.
/// </remarks>
internal sealed class FusedRecurrence<T, V, TKernel> : Recurrence<T>
    where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> where TKernel : struct, ICellKernel<T, V>
{
    private readonly RecurrenceLayout _layout;
    private readonly BatchPlan _plan;
    private readonly RecurrenceWorkspace<T> _workspace;
    private readonly ForwardWeights<T, V, TKernel> _forwardWeights;
    private readonly BackwardWeights<T, V, TKernel> _backwardWeights;
    private readonly ForwardPass<T, V, TKernel> _forward;
    private readonly BackwardSteps<T, V, TKernel> _backwardSteps;
    private readonly WeightGradients<T, V, TKernel> _weightGradients;
    private readonly Action<int> _packForward, _packBackward, _addToGradients;
    private Tensor<T>? _x;
    private bool _wantsDX;
    private int _stepParity;

    /// <summary>Prepares to unroll a cell.</summary>
    /// <param name="cell">Its parameters.</param>
    /// <param name="reverse">Whether each sequence is read from its own last step to its first.</param>
    public FusedRecurrence(CellParameters<T> cell, bool reverse)
    {
        bool projects = cell.Projection is not null;
        _layout = RecurrenceLayout.Of<T, V, TKernel>(cell.W.Columns, cell.Units, cell.U.Columns);
        _plan = new(reverse);
        _workspace = new(_layout, _plan, projects);
        _forwardWeights = new(cell, _layout);
        _backwardWeights = new(cell, _layout);
        _forward = new(_layout, _plan, _workspace, _forwardWeights, projects);
        _backwardSteps = new(_layout, _plan, _workspace, _forwardWeights.Unit, _backwardWeights, projects);
        _weightGradients = new(_layout, _plan, _workspace, _backwardWeights, projects);
        _packForward = worker => _forwardWeights.Pack(worker, _plan.WorkerCount);
        _packBackward = worker => _backwardWeights.Pack(worker, _plan.WorkerCount, _wantsDX);
        _addToGradients = worker => _backwardWeights.AddToGradients(worker, _plan.WorkerCount);
    }

    /// <inheritdoc/>
    public override void Forward(
        Tensor<T> x, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0, IReadOnlyList<int>? lengths, SavedActivations saved,
        Tensor<T> y, Span<T> h, Span<T> c)
    {
        _x = x;
        Begin(x.Length(0), x.Length(1), lengths, saved, h0, c0);
        for (int segment = 0; segment < _plan.Segments; segment++)
        {
            if (segment > 0) _workspace.Rewind(_plan.Steps);
            _plan.Enter(segment);
            if (saved == SavedActivations.Checkpoints) _workspace.SaveCheckpoint();
            _forward.Run(x, y);
        }

        _workspace.StoreStates(h, c);
    }

    /// <inheritdoc/>
    public override void Backward(Tensor<T>? dY, int column, Span<T> dH, Span<T> dC, Tensor<T>? dX)
    {
        if (_x is null || _plan.Saved == SavedActivations.None) throw NothingSaved;
        _wantsDX = dX is not null;
        _workspace.PrepareBackward();
        _backwardWeights.Prepare(_wantsDX);
        Workers.Run(_packBackward, _plan.WorkerCount);
        _workspace.LoadGradients(dH, dC);
        for (int segment = _plan.Segments - 1; segment >= 0; segment--)
        {
            if (segment != _plan.Segment)
            {
                _plan.Enter(segment);
                _workspace.RestoreCheckpoint();
                _forward.Run(_x, null);
            }

            // Weight gradients are added while what the steps left is still in the cache.
            for (int end = _plan.Steps, chunk; end > 0; end = chunk)
            {
                chunk = Math.Max(0, end - _workspace.ChunkSteps);
                _backwardSteps.Run(dY, column, chunk, end);
                _weightGradients.Run(dX, chunk, end);
            }
        }

        _workspace.StoreGradients(dH, dC);
        Workers.Run(_addToGradients, _plan.WorkerCount);
    }

    /// <inheritdoc/>
    public override void StartStream(int batch, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0)
    {
        _stepParity = 0;
        Begin(1, batch, null, SavedActivations.None, h0, c0);
    }

    /// <inheritdoc/>
    public override void Step(Tensor<T> x, Tensor<T> y)
    {
        _forward.Run(x, y, _stepParity);
        _stepParity ^= 1;
        _workspace.Rewind(1);
    }

    private void Begin(
        int timeSteps, int batch, IReadOnlyList<int>? lengths, SavedActivations saved, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0)
    {
        long work = (long)_layout.PaddedUnits * TKernel.ProductVectors * (_layout.R + _layout.I);
        _plan.Begin(timeSteps, batch, lengths, saved, work);
        _workspace.PrepareForward();
        _forwardWeights.Prepare();
        Workers.Run(_packForward, _plan.WorkerCount);
        _workspace.LoadStates(h0, TKernel.HasCellState ? c0 : h0);
    }
}
