using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// The recurrence of any cell by its equations, through <see cref="Bptt{T}"/>: readable, the oracle of the kernels, and open to new
/// cells.
/// </summary>
/// <param name="cell">The cell.</param>
/// <param name="reverse">Whether each sequence is read from its own last step to its first.</param>
internal sealed class EquationRecurrence<T>(Cell<T> cell, bool reverse = false) : Recurrence<T>
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorCache<T> _dOutputs = new(), _stepX = new();
    private State<T>? _initial, _dFinal, _streamed;
    private bool _saved;

    /// <summary>The passes, whose trace and gradients can be looked at.</summary>
    public Bptt<T> Unrolled { get; } = new(cell, reverse);

    /// <inheritdoc/>
    public override void Forward(
        Tensor<T> x, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0, IReadOnlyList<int>? lengths, SavedActivations saved,
        Tensor<T> y, Span<T> h, Span<T> c)
    {
        Trace<T> trace = Unrolled.Forward(x, Load(ref _initial, x.Length(1), h0, c0), lengths);
        trace.Outputs.Flat().CopyTo(y.Flat());
        trace.Final.H.Flat().CopyTo(h);
        if (!c.IsEmpty) trace.Final.C!.Flat().CopyTo(c);
        _saved = saved != SavedActivations.None;
    }

    /// <inheritdoc/>
    public override void Backward(Tensor<T>? dY, int column, Span<T> dH, Span<T> dC, Tensor<T>? dX)
    {
        if (!_saved) throw NothingSaved;
        (int timeSteps, int batch, int size) = (Unrolled.Trace.TimeSteps, Unrolled.Trace.Batch, cell.OutputSize);
        Tensor<T> dOutputs = _dOutputs.Cleared(timeSteps, batch, size);
        for (int row = 0; dY is not null && row < timeSteps * batch; row++)
            dY.Flat().Slice((row * dY.Length(2)) + column, size).CopyTo(dOutputs.Flat().Slice(row * size, size));
        Unrolled.Backward(dOutputs, Load(ref _dFinal, batch, dH, dC));
        Unrolled.DInitial.H.Flat().CopyTo(dH);
        if (!dC.IsEmpty) Unrolled.DInitial.C!.Flat().CopyTo(dC);
        if (dX is not null) Unrolled.DX.Flat().CopyTo(dX.Flat());
    }

    /// <inheritdoc/>
    public override void StartStream(int batch, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0)
    {
        _streamed = Load(ref _initial, batch, h0, c0);
        _saved = false;
    }

    /// <inheritdoc/>
    public override void Step(Tensor<T> x, Tensor<T> y)
    {
        Tensor<T> step = _stepX.Of(1, x.Length(0), cell.InputSize);
        x.Flat().CopyTo(step.Flat());
        Trace<T> trace = Unrolled.Forward(step, _streamed);
        trace.Outputs.Flat().CopyTo(y.Flat());
        _streamed = trace.Final;
    }

    // States as spans become a state of the cell; the same tensors are used again as long as the batch keeps its size.
    private State<T> Load(ref State<T>? state, int batch, ReadOnlySpan<T> h, ReadOnlySpan<T> c)
    {
        if (state is null || state.H.Length(0) != batch) state = State<T>.Zero(cell, batch);
        Copy(h, state.H);
        if (state.C is not null) Copy(c, state.C);
        return state;
    }

    private static void Copy(ReadOnlySpan<T> from, Tensor<T> to)
    {
        if (from.IsEmpty) to.Flat().Clear();
        else from.CopyTo(to.Flat());
    }
}
