using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>One row for each sequence from all of its steps: [T, B, I] becomes [B, I]. Steps beyond a sequence's length never
/// count.</summary>
public abstract class OverTime<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private protected OverTime()
    {
    }

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> x = call.Input();
        SequenceInputs.Require(x);
        int steps = x.Data.Length(0), batch = x.Data.Length(1), width = x.Data.Length(2);
        ReadOnlySpan<T> input = x.Data.Flat();
        Span<T> output = call.Output(0, null, batch, width).Flat();
        for (int b = 0; b < batch; b++)
            Forward(call, new(b, x.Lengths?[b] ?? steps, batch, width), input, output.Slice(b * width, width));
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.InputGradient() is not { } dX) return;
        int steps = dX.Length(0), batch = dX.Length(1), width = dX.Length(2);
        ReadOnlySpan<T> dY = call.OutputGradient()!.Flat();
        dX.Flat().Clear();
        for (int b = 0; b < batch; b++)
            Backward(call, new(b, call.Input().Lengths?[b] ?? steps, batch, width), dY.Slice(b * width, width), dX.Flat());
    }

    /// <summary>Writes the row of one sequence.</summary>
    private protected abstract void Forward(Call<T> call, Steps sequence, ReadOnlySpan<T> x, Span<T> y);

    /// <summary>Writes ∂L/∂x of one sequence, which is 0 before.</summary>
    private protected abstract void Backward(Call<T> call, Steps sequence, ReadOnlySpan<T> dY, Span<T> dX);

    /// <summary>Where the steps of one sequence stand in [T, B, I].</summary>
    private protected readonly record struct Steps(int Index, int Length, int Batch, int Width)
    {
        public ReadOnlySpan<T> Of(ReadOnlySpan<T> x, int t) => x.Slice(((t * Batch) + Index) * Width, Width);

        public Span<T> Of(Span<T> x, int t) => x.Slice(((t * Batch) + Index) * Width, Width);
    }
}

/// <summary>The sum over time.
/// <code>y = Σ_t x_t, t upwards;  dX_t = dY</code></summary>
public sealed class SumOverTime<T> : OverTime<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private protected override void Forward(Call<T> call, Steps sequence, ReadOnlySpan<T> x, Span<T> y)
    {
        sequence.Of(x, 0).CopyTo(y);
        for (int t = 1; t < sequence.Length; t++) TensorPrimitives.Add(y, sequence.Of(x, t), y);
    }

    private protected override void Backward(Call<T> call, Steps sequence, ReadOnlySpan<T> dY, Span<T> dX)
    {
        for (int t = 0; t < sequence.Length; t++) dY.CopyTo(sequence.Of(dX, t));
    }
}

/// <summary>The mean over time, of n steps where the sequence has n.
/// <code>y = (Σ_t x_t) / n, t upwards;  dX_t = dY / n</code></summary>
public sealed class MeanOverTime<T> : OverTime<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private protected override void Forward(Call<T> call, Steps sequence, ReadOnlySpan<T> x, Span<T> y)
    {
        sequence.Of(x, 0).CopyTo(y);
        for (int t = 1; t < sequence.Length; t++) TensorPrimitives.Add(y, sequence.Of(x, t), y);
        TensorPrimitives.Divide(y, T.CreateTruncating(sequence.Length), y);
    }

    private protected override void Backward(Call<T> call, Steps sequence, ReadOnlySpan<T> dY, Span<T> dX)
    {
        Span<T> first = sequence.Of(dX, 0);
        TensorPrimitives.Divide(dY, T.CreateTruncating(sequence.Length), first);
        for (int t = 1; t < sequence.Length; t++) first.CopyTo(sequence.Of(dX, t));
    }
}

/// <summary>The largest number of each feature over time; of equal ones the first, of any NaN the first.
/// <code>y = max_t x_t;  dX_t = dY at the step that gave y, else 0</code></summary>
public sealed class MaxOverTime<T> : OverTime<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private protected override void Forward(Call<T> call, Steps sequence, ReadOnlySpan<T> x, Span<T> y)
    {
        Span<int> steps = call.State(() => new Winners()).Of(sequence);
        sequence.Of(x, 0).CopyTo(y);
        steps.Clear();
        for (int t = 1; t < sequence.Length; t++)
        {
            ReadOnlySpan<T> row = sequence.Of(x, t);
            for (int n = 0; n < row.Length; n++)
            {
                if (!(row[n] > y[n]) && (!T.IsNaN(row[n]) || T.IsNaN(y[n]))) continue;
                y[n] = row[n];
                steps[n] = t;
            }
        }
    }

    private protected override void Backward(Call<T> call, Steps sequence, ReadOnlySpan<T> dY, Span<T> dX)
    {
        ReadOnlySpan<int> steps = call.State(() => new Winners()).Of(sequence);
        for (int n = 0; n < dY.Length; n++) sequence.Of(dX, steps[n])[n] = dY[n];
    }

    // The step that gave each number, [B, I].
    private sealed class Winners
    {
        private int[] _steps = [];

        public Span<int> Of(Steps sequence)
        {
            int count = sequence.Batch * sequence.Width;
            if (_steps.Length < count) _steps = new int[count];
            return _steps.AsSpan(sequence.Index * sequence.Width, sequence.Width);
        }
    }
}

/// <summary>Each sequence's own last step.
/// <code>y = x_n, n the sequence's last step;  dX_n = dY, else 0</code></summary>
public sealed class LastStep<T> : OverTime<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private protected override void Forward(Call<T> call, Steps sequence, ReadOnlySpan<T> x, Span<T> y) =>
        sequence.Of(x, sequence.Length - 1).CopyTo(y);

    private protected override void Backward(Call<T> call, Steps sequence, ReadOnlySpan<T> dY, Span<T> dX) =>
        dY.CopyTo(sequence.Of(dX, sequence.Length - 1));
}
