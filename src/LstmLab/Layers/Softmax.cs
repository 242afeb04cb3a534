using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>Probabilities from logits, over the last axis.
/// <code>
/// y_j  = exp(x_j − m) / Σ_k exp(x_k − m)        m = max_k x_k
/// dX_j = y_j (dY_j − Σ_k dY_k y_k)
/// </code></summary>
/// <remarks>The input may have any shape; so has the output. For training a classifier, <c>SoftmaxCrossEntropy</c> takes the logits
/// themselves. A row with NaN, or with no finite logit, becomes NaN.</remarks>
public sealed class Softmax<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> x = call.Input();
        Span<T> y = call.OutputLike(x).Flat();
        x.Data.Flat().CopyTo(y);
        int width = x.Data.Length(x.Data.Rank - 1);
        for (int row = 0; row < y.Length; row += width) SoftmaxRow.Normalize(y.Slice(row, width));
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.InputGradient() is not { } input) return;
        Span<T> dX = input.Flat();
        ReadOnlySpan<T> y = call.Outputs[0].Data.Flat(), dY = call.OutputGradient()!.Flat();
        int width = input.Length(input.Rank - 1);
        for (int row = 0; row < dX.Length; row += width)
            SoftmaxRow.Gradient(y.Slice(row, width), dY.Slice(row, width), dX.Slice(row, width));
    }
}

/// <summary>The logarithms of softmax's probabilities, over the last axis, accurate where a probability is near 0.
/// <code>
/// y_j  = x_j − m − ln Σ_k exp(x_k − m)          m = max_k x_k
/// dX_j = dY_j − exp(y_j) Σ_k dY_k
/// </code></summary>
/// <remarks>The input may have any shape; so has the output. A row with NaN, or with no finite logit, becomes NaN.</remarks>
public sealed class LogSoftmax<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> x = call.Input();
        Span<T> y = call.OutputLike(x).Flat();
        ReadOnlySpan<T> logits = x.Data.Flat();
        int width = x.Data.Length(x.Data.Rank - 1);
        for (int at = 0; at < y.Length; at += width)
        {
            Span<T> row = y.Slice(at, width);
            logits.Slice(at, width).CopyTo(row);
            T largest = SoftmaxRow.Largest(row);
            double total = SoftmaxRow.Exponentials(row, largest);
            T log = T.CreateTruncating(DeterministicMath.Log(total));
            for (int j = 0; j < width; j++) row[j] = logits[at + j] - largest - log;
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.InputGradient() is not { } input) return;
        Span<T> dX = input.Flat();
        ReadOnlySpan<T> y = call.Outputs[0].Data.Flat(), dY = call.OutputGradient()!.Flat();
        int width = input.Length(input.Rank - 1);
        for (int at = 0; at < dX.Length; at += width)
        {
            Span<T> row = dX.Slice(at, width);
            y.Slice(at, width).CopyTo(row);
            SoftmaxRow.Exponentials(row, T.Zero);
            T total = T.Zero;
            foreach (T gradient in dY.Slice(at, width)) total += gradient;
            for (int j = 0; j < width; j++) row[j] = DeterministicMath.MultiplyAdd(-row[j], total, dY[at + j]);
        }
    }
}

/// <summary>Softmax of one row of logits, for the layers that normalize scores.</summary>
internal static class SoftmaxRow
{
    /// <summary>Overwrites logits by their probabilities; sums are in double, upwards.</summary>
    public static void Normalize<T>(Span<T> row) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        T total = T.CreateTruncating(Exponentials(row, Largest(row)));
        for (int j = 0; j < row.Length; j++) row[j] /= total;
    }

    /// <summary>∂L/∂logits from the probabilities y and ∂L/∂y; dX may be dY.</summary>
    public static void Gradient<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        T mean = T.Zero;
        for (int j = 0; j < y.Length; j++) mean = DeterministicMath.MultiplyAdd(dY[j], y[j], mean);
        for (int j = 0; j < y.Length; j++) dX[j] = y[j] * (dY[j] - mean);
    }

    /// <summary>The largest number, or NaN if there is one.</summary>
    public static T Largest<T>(ReadOnlySpan<T> row) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        T largest = T.NegativeInfinity;
        foreach (T logit in row) largest = T.Max(largest, logit);
        return largest;
    }

    /// <summary>Overwrites each x by exp(x − offset) and returns their sum, in double and upwards.</summary>
    public static double Exponentials<T>(Span<T> row, T offset) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Elementwise.Run<T, Exponential<T>>(new() { Row = row, Offset = offset }, 0, row.Length);
        double total = 0;
        foreach (T power in row) total += double.CreateTruncating(power);
        return total;
    }

    private ref struct Exponential<T> : IElementwise<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public Span<T> Row;
        public T Offset;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T> =>
            Row.Store(n, DeterministicMath.Exp<T, V>(Row.Load<T, V>(n) - V.Of(Offset)));
    }
}
