using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// Backpropagation through time, explicit: unrolls a cell over a batch of sequences, keeps every step, and carries gradients back
/// from step to step. P. Werbos, "Backpropagation through time: what it does and how to do it", Proc. IEEE 78(10), 1990.
/// <code>
/// forward    h(t), c(t)       = cell(x(t), h(t−1), c(t−1))                      t = 0 … T−1
/// backward   dH(t)            = ∂L/∂h(t) of the loss at t + dHPrev(t+1)         t = T−1 … 0
///            dHPrev(t), …     = cell backward(dH(t), dCPrev(t+1))
/// </code></summary>
/// <remarks>
/// Buffers grow to the largest T·B seen and are reused: a repeated pass allocates nothing. Weight gradients are summed over t
/// downwards and over b downwards, always in that order. One instance serves one thread.
/// </remarks>
public sealed class Bptt<T> where T : struct, INumberBase<T>
{
    private readonly List<Step<T>> _steps = [];
    private readonly List<StepGradient<T>> _gradients = [];
    private readonly bool _reverse;
    private Trace<T>? _trace;
    private State<T>? _initial, _dInitial;
    private Tensor<T>? _dX;
    private Action? _replayForward, _replayBackward;
    private bool _forwardIsElsewhere, _backwardIsElsewhere, _hasGradient;

    /// <summary>Prepares to unroll a cell.</summary>
    /// <param name="cell">The cell; its parameters' gradients receive the sums.</param>
    /// <param name="reverse">Whether sequences are read from their own last step to their first, as the second direction of a
    /// bidirectional layer does.</param>
    public Bptt(Cell<T> cell, bool reverse = false)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Cell = cell;
        _reverse = reverse;
    }

    /// <summary>The cell.</summary>
    public Cell<T> Cell { get; }

    /// <summary>∂L/∂x, [T, B, I], of the last backward pass; zero beyond a sequence's end.</summary>
    /// <exception cref="InvalidOperationException">No backward pass since the last forward pass.</exception>
    public Tensor<T> DX
    {
        get
        {
            RequireGradient();
            return _dX!;
        }
    }

    /// <summary>∂L/∂(h0, c0) of the last backward pass.</summary>
    /// <exception cref="InvalidOperationException">No backward pass since the last forward pass.</exception>
    public State<T> DInitial
    {
        get
        {
            RequireGradient();
            return _dInitial!;
        }
    }

    /// <summary>The gradients of sequence b at time t in the last backward pass.</summary>
    /// <exception cref="ArgumentOutOfRangeException">t is beyond the sequence's end, or b beyond the batch.</exception>
    /// <exception cref="InvalidOperationException">No backward pass since the last forward pass.</exception>
    public StepGradient<T> Gradient(int t, int b = 0)
    {
        Trace.RequireWithin(t, b);
        RequireGradient();
        return _gradients[(t * Trace.Batch) + b];
    }

    /// <summary>The trace of the last forward pass.</summary>
    /// <exception cref="InvalidOperationException">No forward pass yet.</exception>
    public Trace<T> Trace
    {
        get
        {
            if (_forwardIsElsewhere) ReplayForward();
            return _trace ?? throw new InvalidOperationException("Call Forward first.");
        }
    }

    /// <summary>Says how to compute again, by these equations, what a kernel computed: when somebody first asks for it.</summary>
    /// <param name="forward">Calls <see cref="Forward"/> with what the kernel was given.</param>
    /// <param name="backward">Calls <see cref="Backward"/> with what the kernel was given, and leaves the parameters' gradients as they
    /// were.</param>
    internal void ReplayOnDemand(Action forward, Action backward)
    {
        _replayForward = forward;
        _replayBackward = backward;
    }

    /// <summary>A kernel ran a forward pass: trace and gradients here are those of an earlier one.</summary>
    internal void ForwardComputedElsewhere()
    {
        _forwardIsElsewhere = true;
        _backwardIsElsewhere = false;
        _hasGradient = false;
    }

    /// <summary>A kernel ran the backward pass of its last forward pass.</summary>
    internal void BackwardComputedElsewhere()
    {
        _backwardIsElsewhere = true;
        _hasGradient = false;
    }

    /// <summary>The step of sequence b at place s of its reading order, which is downwards in time for a reversed direction.</summary>
    internal Step<T> StepInReadingOrder(int s, int b) => Trace[TimeOf(s, b), b];

    /// <summary>Unrolls the cell over a batch of sequences.</summary>
    /// <param name="x">Inputs, [T, B, I]; read, not kept.</param>
    /// <param name="initial">h0 [B, R] and c0 [B, H]; zeros when omitted. Pass <see cref="Trace{T}.Final"/> to continue a stream.</param>
    /// <param name="lengths">Length of each sequence, each 0 … T; all T when omitted. A sequence of length 0 ends in the state it began
    /// with.</param>
    /// <exception cref="ShapeException">A shape disagrees; nothing is broadcast.</exception>
    public Trace<T> Forward(Tensor<T> x, State<T>? initial = null, IReadOnlyList<int>? lengths = null)
    {
        x.Require("x", "[T, B, I]", -1, -1, Cell.InputSize);
        RequireSequences(x, lengths);
        (int timeSteps, int batch) = (x.Length(0), x.Length(1));
        initial?.Require(Cell, batch, "initial");
        _forwardIsElsewhere = false;
        _backwardIsElsewhere = false;
        _hasGradient = false;
        Prepare(timeSteps, batch, lengths, initial);

        ReadOnlySpan<T> input = x.Flat();
        Trace<T> trace = Trace;
        trace.Outputs.Flat().Clear();
        Copy(_initial!.H, trace.Final.H);
        if (_initial.C is not null) Copy(_initial.C, trace.Final.C!);
        for (int s = 0; s < timeSteps; s++)
        {
            for (int b = 0; b < batch; b++)
            {
                if (s >= LengthOf(b)) continue;
                int t = TimeOf(s, b);
                Step<T> step = _steps[(t * batch) + b];
                ReadOnlySpan<T> row = input.Slice(((t * batch) + b) * Cell.InputSize, Cell.InputSize);
                Step<T>? before = s == 0 ? null : _steps[(TimeOf(s - 1, b) * batch) + b];
                if (before is null) step.Load(row, _initial!.HRow(b, Cell.OutputSize), _initial.CRow(b, Cell.CellSize), t, b);
                else step.Load(row, before.H, before.C, t, b);
                Cell.Forward(step);
                step.H.CopyTo(trace.Outputs.Flat().Slice(((t * batch) + b) * Cell.OutputSize, Cell.OutputSize));
                if (s != LengthOf(b) - 1) continue;
                step.H.CopyTo(trace.Final.HRow(b, Cell.OutputSize));
                step.C.CopyTo(trace.Final.CRow(b, Cell.CellSize));
            }
        }

        return trace;
    }

    /// <summary>Carries gradients back through the whole trace; the parameters' gradients accumulate.</summary>
    /// <param name="dOutputs">∂L/∂h of the loss itself at each step, [T, B, R]; values beyond a sequence's end are ignored.</param>
    /// <param name="dFinal">∂L/∂ of the final states; zeros when omitted.</param>
    /// <param name="afterStep">Called with t after each step back, while the gradients hold the sums of the steps from t on.</param>
    /// <remarks>May be repeated: the trace is left as it was.</remarks>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    public void Backward(Tensor<T> dOutputs, State<T>? dFinal = null, Action<int>? afterStep = null)
    {
        Begin(dOutputs, dFinal);
        PropagateBack(dOutputs, dFinal, Trace.TimeSteps, 0, 0, afterStep);
    }

    /// <summary>
    /// Truncated BPTT, BPTT(k2; k1) of R. Williams and J. Peng, "An efficient gradient-based algorithm for on-line training of
    /// recurrent network trajectories", Neural Computation 2(4), 1990: after every k1 steps the losses of those k1 steps are
    /// carried back through at most k2 steps.
    /// </summary>
    /// <param name="dOutputs">∂L/∂h of the loss itself at each step, [T, B, R].</param>
    /// <param name="k1">Steps between two backward passes, at least 1.</param>
    /// <param name="k2">Steps each pass goes back, at least k1. With k1 = k2 = T this is <see cref="Backward"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">k1 is below 1 or k2 below k1.</exception>
    /// <exception cref="InvalidOperationException">The sequences have different lengths.</exception>
    public void BackwardTruncated(Tensor<T> dOutputs, int k1, int k2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k1, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(k2, k1);
        if (Trace.Lengths is not null)
            throw new InvalidOperationException("Truncation needs sequences of one length: its windows are counted from the first step.");
        Begin(dOutputs, null);
        for (int start = 0; start < Trace.TimeSteps; start += k1)
        {
            int end = Math.Min(start + k1, Trace.TimeSteps);
            PropagateBack(dOutputs, null, end, Math.Max(0, end - k2), start, null);
        }
    }

    // Steps end−1 … first back; the loss's own gradient enters at steps ≥ lossFrom.
    private void PropagateBack(Tensor<T> dOutputs, State<T>? dFinal, int end, int first, int lossFrom, Action<int>? afterStep)
    {
        (int batch, int size) = (Trace.Batch, Cell.OutputSize);
        ReadOnlySpan<T> loss = dOutputs.Flat();
        for (int s = end - 1; s >= first; s--)
        {
            for (int b = batch - 1; b >= 0; b--)
            {
                if (s >= LengthOf(b)) continue;
                int t = TimeOf(s, b), row = (t * batch) + b;
                StepGradient<T> gradient = _gradients[row];
                if (s == end - 1 || s == LengthOf(b) - 1)
                {
                    Array.Clear(gradient.DH);
                    Array.Clear(gradient.DC);
                    if (dFinal is not null && s == LengthOf(b) - 1)
                    {
                        dFinal.HRow(b, size).CopyTo(gradient.DH);
                        dFinal.CRow(b, Cell.CellSize).CopyTo(gradient.DC);
                    }
                }
                else
                {
                    StepGradient<T> later = _gradients[(TimeOf(s + 1, b) * batch) + b];
                    later.DHPrev.CopyTo(gradient.DH, 0);
                    later.DCPrev.CopyTo(gradient.DC, 0);
                }

                for (int n = 0; s >= lossFrom && n < size; n++) gradient.DH[n] += loss[(row * size) + n];
                Cell.Backward(_steps[row], gradient);
                Add(gradient.DX, DX.Flat().Slice(row * Cell.InputSize, Cell.InputSize));
                if (s > 0) continue;
                Add(gradient.DHPrev, DInitial.HRow(b, size));
                Add(gradient.DCPrev, DInitial.CRow(b, Cell.CellSize));
            }

            afterStep?.Invoke(s);
        }
    }

    private void Begin(Tensor<T> dOutputs, State<T>? dFinal)
    {
        Trace<T> trace = Trace;
        dOutputs.Require("dOutputs", "[T, B, R]", trace.TimeSteps, trace.Batch, Cell.OutputSize);
        dFinal?.Require(Cell, trace.Batch, "dFinal");
        while (_gradients.Count < trace.TimeSteps * trace.Batch) _gradients.Add(Cell.NewGradient());
        _backwardIsElsewhere = false;
        _hasGradient = true;
        _dX!.Flat().Clear();
        _dInitial!.H.Flat().Clear();
        _dInitial.C?.Flat().Clear();
        for (int b = 0; dFinal is not null && b < trace.Batch; b++)
        {
            if (LengthOf(b) > 0) continue;
            dFinal.HRow(b, Cell.OutputSize).CopyTo(_dInitial.HRow(b, Cell.OutputSize));
            dFinal.CRow(b, Cell.CellSize).CopyTo(_dInitial.CRow(b, Cell.CellSize));
        }
    }

    private void Prepare(int timeSteps, int batch, IReadOnlyList<int>? lengths, State<T>? initial)
    {
        while (_steps.Count < timeSteps * batch) _steps.Add(Cell.NewStep());

        if (_trace is null || _trace.TimeSteps != timeSteps || _trace.Batch != batch || (lengths is null) != (_trace.Lengths is null))
        {
            bool sameBatch = _trace?.Batch == batch, sameShape = sameBatch && _trace!.TimeSteps == timeSteps;
            Tensor<T> outputs = sameShape ? _trace!.Outputs : Tensors.Zeros<T>(timeSteps, batch, Cell.OutputSize);
            if (!sameBatch)
            {
                _initial = State<T>.Zero(Cell, batch);
                _dInitial = State<T>.Zero(Cell, batch);
            }

            if (_dX is null || !ReferenceEquals(outputs, _trace?.Outputs)) _dX = Tensors.Zeros<T>(timeSteps, batch, Cell.InputSize);
            State<T> final = sameBatch ? _trace!.Final : State<T>.Zero(Cell, batch);
            _trace = new Trace<T>(_steps, timeSteps, batch, lengths is null ? null : new int[batch], outputs, final);
        }

        _trace.SetLengths(lengths);

        // Copied, not referenced: the caller may pass the final state that this pass overwrites.
        Copy(initial?.H, _initial!.H);
        if (_initial.C is not null) Copy(initial?.C, _initial.C);
    }

    private static void Copy(Tensor<T>? from, Tensor<T> to)
    {
        if (from is null) to.Flat().Clear();
        else from.Flat().CopyTo(to.Flat());
    }

    private static void Add(T[] from, Span<T> to)
    {
        for (int n = 0; n < to.Length; n++) to[n] += from[n];
    }

    // A forward pass ends what is known of a backward pass, but this one only shows again what has been.
    private void ReplayForward()
    {
        bool hadBackward = _backwardIsElsewhere;
        try
        {
            _replayForward!();
        }
        finally
        {
            _backwardIsElsewhere = hadBackward;
        }
    }

    private void RequireGradient()
    {
        _ = Trace;
        if (_backwardIsElsewhere) _replayBackward!();
        if (!_hasGradient)
            throw new InvalidOperationException("There is no gradient: no backward pass since the last forward pass. Call Backward first.");
    }

    private int LengthOf(int b) => Trace.LengthOf(b);

    private int TimeOf(int s, int b) => _reverse ? LengthOf(b) - 1 - s : s;

    /// <summary>Throws unless x [T, B, I] has steps, and lengths fit it.</summary>
    internal static void RequireSequences(Tensor<T> x, IReadOnlyList<int>? lengths)
    {
        (int timeSteps, int batch) = (x.Length(0), x.Length(1));
        if (timeSteps == 0) throw new ShapeException("x must be [T, B, I] with T of at least 1, but T is 0: the sequence is empty.");
        if (lengths is null) return;
        if (lengths.Count != batch)
            throw new ShapeException($"lengths must hold one length a sequence, [B] = {batch}, but holds {lengths.Count}.");
        for (int b = 0; b < batch; b++)
            if (lengths[b] < 0 || lengths[b] > timeSteps)
                throw new ShapeException($"lengths[{b}] must be between 0 and T = {timeSteps}, but is {lengths[b]}.");
    }
}
