using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Which steps beyond the ends of a sequence a convolution reads as 0.</summary>
public enum Padding
{
    /// <summary>None: n steps become (n − k) / s + 1, rounded down.</summary>
    Valid,

    /// <summary>(k − 1) / 2 before the sequence, rounded down, and the rest after it: n steps become n / s, rounded up; y_t is centered on
    /// x_{t·s}.</summary>
    Same,

    /// <summary>k − 1 before the sequence: n steps become n / s, rounded up; y_t depends on no step after x_{t·s}.</summary>
    Causal,
}

/// <summary>A convolution over time: [T, B, I] becomes [T', B, O].
/// <code>y_t = b + Σ_i Σ_j W[:, i, j] x[t·s + j − p, i]        j = 0 … k − 1; x is 0 outside the sequence's own length</code></summary>
/// <remarks>The output carries the new length of each sequence. PyTorch's Conv1d: its weight [O, I, k] is <c>weight</c> [O, I·k] here, the
/// same numbers in the same order; bias [O]; both drawn from U(−1/√(I·k), 1/√(I·k)). <see cref="Padding.Same"/> is PyTorch's
/// <c>padding='same'</c> at stride 1, and for odd k its <c>padding=(k - 1) // 2</c> at any. T'·B·O·I·k multiply-adds, and memory for k
/// copies of the input.</remarks>
public sealed class Conv1d<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly int _inputSize, _kernelSize, _stride;
    private readonly Padding _padding;
    private readonly Parameter<T> _weight;
    private readonly Linear<T> _linear;

    /// <summary>A convolution of zero weights.</summary>
    /// <param name="inputSize">I, features of the input.</param>
    /// <param name="outputSize">O, features of the output.</param>
    /// <param name="kernelSize">k, steps that each output sees.</param>
    /// <param name="stride">s, steps from one output to the next.</param>
    /// <param name="padding">What is read beyond the ends of a sequence.</param>
    /// <param name="bias">Whether b is there.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public Conv1d(int inputSize, int outputSize, int kernelSize, int stride = 1, Padding padding = Padding.Valid, bool bias = true)
    {
        _inputSize = Guard.Size(inputSize, nameof(inputSize));
        _kernelSize = Guard.Size(kernelSize, nameof(kernelSize));
        _stride = Guard.Size(stride, nameof(stride));
        _padding = padding;
        _weight = new("weight", ParameterRole.Input, Guard.Size(outputSize, nameof(outputSize)), checked(inputSize * kernelSize));
        Parameter<T>? added = bias ? new("bias", ParameterRole.Bias, outputSize) : null;
        _linear = Linear<T>.Of(_weight, added);
        Parameters = added is null ? [_weight] : [_weight, added];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override string Description =>
        $"Conv1d({_inputSize} → {_weight.Rows}, {_kernelSize} steps{(_stride == 1 ? "" : $", stride {_stride}")})";

    /// <inheritdoc/>
    public override int? InputWidth => _inputSize;

    /// <inheritdoc/>
    public override int? OutputWidth(int? inputWidth) => _weight.Rows;

    internal int KernelSize => _kernelSize;

    internal int Stride => _stride;

    internal Padding Padding => _padding;

    internal int Before => _padding switch
    {
        Padding.Valid => 0,
        Padding.Same => (_kernelSize - 1) / 2,
        _ => _kernelSize - 1,
    };

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> x = call.Input();
        SequenceInputs.Require(x, width: _inputSize);
        int steps = StepsAfter(x.Data.Length(0), "T"), batch = x.Data.Length(1);
        int[]? lengths = x.Lengths is null ? null : call.State(() => new LengthsCache()).Of(batch);
        for (int b = 0; lengths is not null && b < batch; b++) lengths[b] = StepsAfter(x.Lengths![b], "A length");
        Tensor<T> windows = call.Buffer(0, steps, batch, _weight.Columns);
        Gather(x, windows);
        _linear.Forward(windows, call.Output(0, lengths, steps, batch, _weight.Rows));
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Tensor<T> dY = call.OutputGradient()!;
        Tensor<T> windows = call.Buffer(0, dY.Length(0), dY.Length(1), _weight.Columns);
        Tensor<T>? dX = call.InputGradient();
        Tensor<T>? dWindows = dX is null ? null : call.Buffer(1, dY.Length(0), dY.Length(1), _weight.Columns);
        _linear.Backward(windows, dY, dWindows);
        if (dX is not null) Scatter(call.Input(), dWindows!, dX);
    }

    /// <inheritdoc/>
    protected override int FanOf(Parameter<T> parameter) => _weight.Columns;

    // windows[t, b, i·k + j] = x[t·s + j − p, b, i], 0 outside the sequence.
    private void Gather(Value<T> x, Tensor<T> windows)
    {
        ReadOnlySpan<T> input = x.Data.Flat();
        Span<T> rows = windows.Flat();
        int batch = x.Data.Length(1);
        for (int row = 0; row * _weight.Columns < rows.Length; row++)
        {
            (int t, int b) = Math.DivRem(row, batch);
            int length = x.Lengths?[b] ?? x.Data.Length(0);
            Span<T> window = rows.Slice(row * _weight.Columns, _weight.Columns);
            for (int j = 0; j < _kernelSize; j++)
            {
                int from = (t * _stride) + j - Before;
                bool isInside = from >= 0 && from < length;
                ReadOnlySpan<T> step = isInside ? input.Slice(((from * batch) + b) * _inputSize, _inputSize) : [];
                for (int i = 0; i < _inputSize; i++) window[(i * _kernelSize) + j] = isInside ? step[i] : T.Zero;
            }
        }
    }

    // dX[t·s + j − p, b, i] += dWindows[t, b, i·k + j], t and j upwards.
    private void Scatter(Value<T> x, Tensor<T> dWindows, Tensor<T> dX)
    {
        ReadOnlySpan<T> rows = dWindows.Flat();
        Span<T> sums = dX.Flat();
        sums.Clear();
        int batch = x.Data.Length(1);
        for (int row = 0; row * _weight.Columns < rows.Length; row++)
        {
            (int t, int b) = Math.DivRem(row, batch);
            int length = x.Lengths?[b] ?? x.Data.Length(0);
            ReadOnlySpan<T> window = rows.Slice(row * _weight.Columns, _weight.Columns);
            for (int j = 0; j < _kernelSize; j++)
            {
                int to = (t * _stride) + j - Before;
                if (to < 0 || to >= length) continue;
                Span<T> step = sums.Slice(((to * batch) + b) * _inputSize, _inputSize);
                for (int i = 0; i < _inputSize; i++) step[i] += window[(i * _kernelSize) + j];
            }
        }
    }

    private int StepsAfter(int steps, string name)
    {
        if (_padding != Padding.Valid) return ((steps - 1) / _stride) + 1;
        if (steps < _kernelSize)
        {
            string needed = $"{Description} without padding needs at least {_kernelSize} steps";
            throw new ShapeException($"{name} is {steps}, but {needed}: use Padding.Same or Padding.Causal.");
        }

        return ((steps - _kernelSize) / _stride) + 1;
    }
}
