using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Formats;

/// <summary>Moves numbers: each of the result is one of the inputs', or the fill. <c>dX[index[n]] += dY[n]</c>.</summary>
internal sealed class OnnxTake<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private OnnxMap? _map;
    private int[]? _key;
    private IReadOnlyList<int>? _lengths;

    /// <summary>True: a number may go to many places.</summary>
    public override bool AddsToInputGradient(int input) => true;

    /// <summary>Whether the last result has no axes.</summary>
    public bool IsScalar => _map!.Dims.Length == 0;

    /// <summary>Records the move of one pass.</summary>
    /// <param name="inputs">The sources.</param>
    /// <param name="key">All that the map depends on: the map of the pass before is used again while it is the same.</param>
    /// <param name="make">Makes the map.</param>
    /// <param name="lengths">Lengths that the result's sequences have.</param>
    public Value<T> Of(Value<T>[] inputs, int[] key, Func<OnnxMap> make, IReadOnlyList<int>? lengths = null)
    {
        if (_map is null || _key is null || !key.AsSpan().SequenceEqual(_key)) (_map, _key) = (make(), key);
        _lengths = lengths;
        return Record(inputs)[0];
    }

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        OnnxMap map = _map!;
        call.State(() => new Kept()).Map = map;
        Span<T> y = call.Output(0, _lengths, map.Dims is [] ? [1] : map.Dims).Flat();
        T fill = T.CreateChecked(map.Fill);
        ReadOnlySpan<int> index = map.Index;
        for (int input = 0; input < call.Inputs.Count; input++)
        {
            ReadOnlySpan<T> x = call.Input(input).Data.Flat();
            if (map.Source is not { } source)
                for (int n = 0; n < y.Length; n++) y[n] = index[n] < 0 ? fill : x[index[n]];
            else
                for (int n = 0; n < y.Length; n++)
                    if (source[n] == input) y[n] = x[index[n]];
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        OnnxMap map = call.State(() => new Kept()).Map!;
        ReadOnlySpan<T> dY = call.OutputGradient()!.Flat();
        ReadOnlySpan<int> index = map.Index;
        byte[]? source = map.Source;
        for (int input = 0; input < call.Inputs.Count; input++)
        {
            if (call.InputGradient(input) is not { } gradient) continue;
            Span<T> dX = gradient.Flat();
            for (int n = 0; n < dY.Length; n++)
                if (index[n] >= 0 && (source is null || source[n] == input)) dX[index[n]] += dY[n];
        }
    }

    private sealed class Kept
    {
        public OnnxMap? Map { get; set; }
    }
}

/// <summary>A function of each number.</summary>
internal sealed class OnnxElementwise<T>(OnnxUnary<T> function) : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ReadOnlySpan<T> x = call.Input().Data.Flat();
        Span<T> y = call.OutputLike(call.Input()).Flat();
        for (int n = 0; n < y.Length; n++) y[n] = function.Of(x[n]);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        if (call.InputGradient() is not { } gradient) return;
        ReadOnlySpan<T> x = call.Input().Data.Flat(), y = call.Outputs[0].Data.Flat(), dY = call.OutputGradient()!.Flat();
        Span<T> dX = gradient.Flat();
        for (int n = 0; n < dX.Length; n++) dX[n] = dY[n] * function.Slope(x[n], y[n]);
    }
}

/// <summary>A function of the numbers of two values of one shape.</summary>
internal sealed class OnnxPairwise<T>(OnnxBinary<T> function) : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ReadOnlySpan<T> a = call.Input(0).Data.Flat(), b = call.Input(1).Data.Flat();
        Span<T> y = call.OutputLike(call.Input()).Flat();
        for (int n = 0; n < y.Length; n++) y[n] = function.Of(a[n], b[n]);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ReadOnlySpan<T> a = call.Input(0).Data.Flat(), b = call.Input(1).Data.Flat();
        ReadOnlySpan<T> y = call.Outputs[0].Data.Flat(), dY = call.OutputGradient()!.Flat();
        Span<T> dA = call.InputGradient(0) is { } ofA ? ofA.Flat() : [], dB = call.InputGradient(1) is { } ofB ? ofB.Flat() : [];
        for (int n = 0; n < dA.Length; n++) dA[n] = dY[n] * function.SlopeA(a[n], b[n], y[n]);
        for (int n = 0; n < dB.Length; n++) dB[n] = dY[n] * function.SlopeB(a[n], b[n], y[n]);
    }
}

/// <summary>One number from each row of the last axis: its sum, mean, largest or smallest.</summary>
internal sealed class OnnxReduce<T>(string kind) : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private int[] _dims = [];

    /// <summary>Records the reduction of [.., n]; the result has the given shape.</summary>
    public Value<T> Of(Value<T> x, int[] dims)
    {
        _dims = dims;
        return Record(x)[0];
    }

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ReadOnlySpan<T> x = call.Input().Data.Flat();
        Span<T> y = call.Output(0, null, _dims is [] ? [1] : _dims).Flat();
        int width = x.Length / Math.Max(1, y.Length);
        for (int row = 0; row < y.Length; row++)
        {
            ReadOnlySpan<T> numbers = x.Slice(row * width, width);
            y[row] = kind is "Max" or "Min" ? numbers[Extreme(numbers)] : Sum(numbers);
            if (kind == "Mean") y[row] /= T.CreateChecked(width);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        if (call.InputGradient() is not { } gradient) return;
        ReadOnlySpan<T> x = call.Input().Data.Flat(), dY = call.OutputGradient()!.Flat();
        Span<T> dX = gradient.Flat();
        int width = x.Length / Math.Max(1, dY.Length);
        for (int row = 0; row < dY.Length; row++)
        {
            Span<T> numbers = dX.Slice(row * width, width);
            numbers.Fill(kind switch { "Sum" => dY[row], "Mean" => dY[row] / T.CreateChecked(width), _ => T.Zero });
            if (kind is "Max" or "Min") numbers[Extreme(x.Slice(row * width, width))] = dY[row];
        }
    }

    private static T Sum(ReadOnlySpan<T> numbers)
    {
        T sum = T.Zero;
        foreach (T number in numbers) sum += number;
        return sum;
    }

    // The first of equals.
    private int Extreme(ReadOnlySpan<T> numbers)
    {
        int at = 0;
        for (int n = 1; n < numbers.Length; n++)
            if (kind == "Max" ? numbers[n] > numbers[at] : numbers[n] < numbers[at]) at = n;
        return at;
    }
}

/// <summary>Products of matrices, one for each position of the axes before the last two: <c>y = a b</c>.
/// <code>dA = dY bᵀ,  dB = aᵀ dY</code></summary>
internal sealed class OnnxProduct<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>a is [.., M, K] and b [.., K, N], with the same axes before.</summary>
    protected internal override void Forward(Call<T> call)
    {
        (int batch, int m, int k, int n) = Sizes(call);
        int[] dims = [.. call.Input().Data.Lengths.ToArray().SkipLast(1).Select(length => (int)length), n];
        ReadOnlySpan<T> a = call.Input(0).Data.Flat(), b = call.Input(1).Data.Flat();
        Span<T> y = call.Output(0, null, dims).Flat();
        y.Clear();
        for (int at = 0; at < batch; at++) Add(a[(at * m * k)..], k, 1, b[(at * k * n)..], y[(at * m * n)..], m, k, n);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        (int batch, int m, int k, int n) = Sizes(call);
        ReadOnlySpan<T> a = call.Input(0).Data.Flat(), b = call.Input(1).Data.Flat(), dY = call.OutputGradient()!.Flat();
        call.InputGradient(0)?.Flat().Clear();
        call.InputGradient(1)?.Flat().Clear();
        Span<T> bTransposed = call.Buffer(0, n, k).Flat();
        for (int at = 0; at < batch; at++)
        {
            ReadOnlySpan<T> ofY = dY[(at * m * n)..];
            if (call.InputGradient(0) is { } dA)
            {
                Transpose(b.Slice(at * k * n, k * n), bTransposed, k, n);
                Add(ofY, n, 1, bTransposed, dA.Flat()[(at * m * k)..], m, n, k);
            }

            if (call.InputGradient(1) is { } dB) Add(a[(at * m * k)..], 1, k, ofY, dB.Flat()[(at * k * n)..], k, m, n);
        }
    }

    private static (int Batch, int M, int K, int N) Sizes(Call<T> call)
    {
        Tensor<T> a = call.Input(0).Data, b = call.Input(1).Data;
        (int m, int k, int n) = (a.Length(a.Rank - 2), a.Length(a.Rank - 1), b.Length(b.Rank - 1));
        return (m * k == 0 ? 0 : a.Flat().Length / (m * k), m, k, n);
    }

    private static void Transpose(ReadOnlySpan<T> from, Span<T> to, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) to[(column * rows) + row] = from[(row * columns) + column];
    }

    // y [M, N] += a [M, K] b [K, N], each sum in ascending order; strides say whether a is transposed.
    private static void Add(ReadOnlySpan<T> a, int aRow, int aColumn, ReadOnlySpan<T> b, Span<T> y, int m, int k, int n)
    {
        for (int row = 0; row < m; row++)
        {
            Span<T> sums = y.Slice(row * n, n);
            for (int inner = 0; inner < k; inner++)
            {
                T factor = a[(row * aRow) + (inner * aColumn)];
                TensorPrimitives.FusedMultiplyAdd(b.Slice(inner * n, n), factor, sums, sums);
            }
        }
    }
}
