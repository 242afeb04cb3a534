using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>One call of a recurrent layer: its directions at work on a batch, layer upon layer, and what they keep for the backward
/// pass.</summary>
internal sealed class UnrolledStack<T>(RecurrentDirection<T>[] directions, int layers, int count, bool returnSequences, bool recompute)
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private const int StreamsOfCall = 1 << 20;

    private readonly DropoutMask<T>[] _masks = [.. Enumerable.Range(0, layers - 1).Select(_ => new DropoutMask<T>())];
    private readonly string[] _purposes = new string[layers - 1];
    private readonly TensorCache<T>[] _dropped = [.. Enumerable.Range(0, layers - 1).Select(_ => new TensorCache<T>())];
    private readonly TensorCache<T> _last = new(), _h = new(), _c = new(), _dh = new(), _dc = new();
    private readonly TensorCache<T> _hBefore = new(), _cBefore = new(), _dDropped = new();
    private State<T>? _before;
    private (int T, int B) _shape;
    private (int Stream, int Repeat) _streams = (-1, -1);
    private bool _drops;

    public IReadOnlyList<RecurrentDirection<T>> Directions => directions;

    /// <summary>States after each sequence's own last step, H [L·D, B, R] and C [L·D, B, H].</summary>
    public State<T>? Final { get; private set; }

    /// <summary>∂L/∂(h0, c0) of the last backward pass.</summary>
    public State<T>? DInitial { get; private set; }

    private Cell<T> Cell => directions[0].Cell;

    /// <summary>Runs all layers.</summary>
    /// <param name="x">[T, B, I].</param>
    /// <param name="lengths">Length of each sequence; null when all are T long.</param>
    /// <param name="pass">What the pass is for.</param>
    /// <param name="h0">[L·D, B, R], or null for zeros.</param>
    /// <param name="c0">[L·D, B, H], or null for zeros.</param>
    /// <param name="dropout">Probability of dropping a value between layers in training.</param>
    /// <param name="call">The call, whose place in the model chooses the random streams.</param>
    public (Tensor<T> Y, State<T> Final) Forward(
        Tensor<T> x, IReadOnlyList<int>? lengths, Pass pass, Tensor<T>? h0, Tensor<T>? c0, double dropout, Call<T> call)
    {
        _shape = (x.Length(0), x.Length(1));
        State<T>? initial = h0 is null ? null : CopyOfInitial(h0, c0);
        Final = StateIn(Final, _h, _c);
        _drops = pass.Training && dropout > 0;
        if (_drops || (pass.Training && !directions[0].HasKernel)) NameStreams(call);
        SavedActivations saved = !pass.HasBackward ? SavedActivations.None
            : recompute ? SavedActivations.Checkpoints
            : SavedActivations.All;
        Tensor<T> y = x;
        for (int layer = 0; layer < layers; layer++)
        {
            if (layer > 0 && _drops)
            {
                Tensor<T> dropped = _dropped[layer - 1].Like(y);
                _masks[layer - 1].Forward(y, dropped, dropout, pass, _purposes[layer - 1]);
                y = dropped;
            }

            y = ForwardLayer(layer, y, lengths, pass, saved, initial);
        }

        return (returnSequences ? y : LastHidden(), Final);
    }

    /// <summary>Carries gradients back through all layers.</summary>
    /// <param name="dY">∂L/∂y, or null for zeros.</param>
    /// <param name="dH">∂L/∂h, [L·D, B, R], or null for zeros.</param>
    /// <param name="dC">∂L/∂c, [L·D, B, H], or null for zeros.</param>
    /// <param name="dX">Receives ∂L/∂x, or null when it is not wanted.</param>
    public void Backward(Tensor<T>? dY, Tensor<T>? dH, Tensor<T>? dC, Tensor<T>? dX)
    {
        DInitial = StateIn(DInitial, _dh, _dc);
        Tensor<T>? gradient = dY;
        for (int layer = layers - 1; layer >= 0; layer--)
        {
            bool top = layer == layers - 1;
            for (int d = 0; d < count; d++)
            {
                int n = (layer * count) + d;
                bool addsLast = !returnSequences && top;
                Tensor<T>? dOutputs = addsLast ? null : gradient, dLast = addsLast ? dY : null;
                directions[n].Backward(dOutputs, d * Cell.OutputSize, dLast, dH, dC, DInitial, layer > 0 || dX is not null);
            }

            if (layer == 0 && dX is null) return;
            gradient = directions[layer * count].DX;
            if (count == 2) TensorPrimitives.Add(gradient.Flat(), directions[(layer * 2) + 1].DX.Flat(), gradient.Flat());
            if (layer > 0 && _drops)
            {
                Tensor<T> undropped = _dDropped.Like(gradient);
                _masks[layer - 1].Backward(gradient, undropped);
                gradient = undropped;
            }
        }

        gradient!.Flat().CopyTo(dX!.Flat());
    }

    private Tensor<T> ForwardLayer(
        int layer, Tensor<T> x, IReadOnlyList<int>? lengths, Pass pass, SavedActivations saved, State<T>? initial)
    {
        int first = layer * count;
        for (int d = 0; d < count; d++) directions[first + d].Cell.Begin(pass.Training, pass.Seed, pass.Step);
        if (count == 1) return directions[first].Forward(x, lengths, saved, initial, first, Final!);
        int size = Cell.OutputSize;
        Tensor<T> y = directions[first].SideBySide.Of(_shape.T, _shape.B, 2 * size);
        for (int d = 0; d < 2; d++)
        {
            ReadOnlySpan<T> from = directions[first + d].Forward(x, lengths, saved, initial, first + d, Final!).Flat();
            for (int row = 0; row < _shape.T * _shape.B; row++)
                from.Slice(row * size, size).CopyTo(y.Flat().Slice(((row * 2) + d) * size, size));
        }

        return y;
    }

    private Tensor<T> LastHidden()
    {
        int size = Cell.OutputSize;
        Tensor<T> y = _last.Of(_shape.B, count * size);
        ReadOnlySpan<T> h = Final!.H.Flat()[((layers - 1) * count * _shape.B * size)..];
        for (int d = 0; d < count; d++)
        {
            for (int b = 0; b < _shape.B; b++) h.Slice(((d * _shape.B) + b) * size, size).CopyTo(y.Flat()[(((b * count) + d) * size)..]);
        }

        return y;
    }

    // A copy, since the caller may pass the very states that this pass overwrites.
    private State<T> CopyOfInitial(Tensor<T> h0, Tensor<T>? c0)
    {
        _before = StateIn(_before, _hBefore, _cBefore);
        h0.Flat().CopyTo(_before.H.Flat());
        c0?.Flat().CopyTo(_before.C!.Flat());
        return _before;
    }

    private void NameStreams(Call<T> call)
    {
        (int Stream, int Repeat) streams = (call.Tape.StreamOf(call.Layer), call.Repeat);
        // Every call of a cell has masks of its own.
        for (int n = 0; n < directions.Length; n++)
            directions[n].Cell.Stream = streams.Stream + layers - 1 + n + (StreamsOfCall * streams.Repeat);
        if (streams == _streams) return;
        _streams = streams;
        for (int n = 0; n < _purposes.Length; n++) _purposes[n] = DropoutStream.Purpose(streams.Stream + n, streams.Repeat);
    }

    // The state over tensors of the present batch: the same one as long as the shape stays.
    private State<T> StateIn(State<T>? same, TensorCache<T> h, TensorCache<T> c)
    {
        Tensor<T> hidden = h.Of(directions.Length, _shape.B, Cell.OutputSize);
        if (ReferenceEquals(same?.H, hidden)) return same!;
        return new(hidden, Cell.HasCellState ? c.Of(directions.Length, _shape.B, Cell.HiddenSize) : null);
    }
}
