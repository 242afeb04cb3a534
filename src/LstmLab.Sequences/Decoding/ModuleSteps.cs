using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Sequences;

/// <summary>
/// Writes with a module of the engine whose one pass is one step: <c>Forward(symbols, state 0, state 1, …)</c> takes the symbols [1, B, 1]
/// and the states, returns the scores (logits) of the next symbol, [1, B, K] or [B, K], and gives the states that change a name.
/// <code>
/// sealed class Decoder : Module&lt;float&gt;
/// {
///     private readonly Embedding&lt;float&gt; letters = new(30, 16);
///     private readonly Lstm&lt;float&gt; writer = new(16, 64);
///     private readonly DotAttention&lt;float&gt; attention = new();
///     private readonly Concat&lt;float&gt; together = new();
///     private readonly Dense&lt;float&gt; answer = new(128, 30);
///
///     public override Value&lt;float&gt; Forward(params ReadOnlySpan&lt;Value&lt;float&gt;&gt; inputs)
///     {
///         var (y, h, c) = writer.ForwardWithStates(letters.Forward(inputs[0]), inputs[1], inputs[2]);
///         h.Named("h");
///         c!.Named("c");
///         return answer.Forward(together.Forward(y, attention.Attend(y, inputs[3]).Contexts));
///     }
/// }
///
/// var steps = new ModuleSteps&lt;float&gt;(decoder, "h", "c");     // the first two states change; the keys stay
/// </code></summary>
/// <remarks>The same module reads U symbols at once, [U, B, 1], in training. A state is a tensor [n, B, width], such as h and c [L·D, B, R]
/// of an LSTM and the keys [T, B, K] of attention, or [B, width], and may carry lengths. One instance serves one thread.</remarks>
/// <param name="decoder">The module.</param>
/// <param name="changed">The names of the states that change, in their order; they come before those that stay.</param>
public sealed class ModuleSteps<T>(Module<T> decoder, params string[] changed) : IStepModel<IReadOnlyList<Input<T>>>
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> _tape = new();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no states, or fewer than change, or they are of different numbers of
    /// sequences.</exception>
    public int Count(IReadOnlyList<Input<T>> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        if (states.Count == 0 || states.Count < changed.Length)
            throw new ArgumentException(
                $"There must be {Math.Max(1, changed.Length)} states or more, but there are {states.Count}.", nameof(states));
        int count = BatchOf(states[0].Data);
        for (int n = 1; n < states.Count; n++)
        {
            if (BatchOf(states[n].Data) == count) continue;
            throw new ArgumentException(
                $"State 0 is of {count} sequences, {states[0].Data.Shape()}, but state {n} of {BatchOf(states[n].Data)}, "
                + $"{states[n].Data.Shape()}.", nameof(states));
        }

        return count;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The states do not fit, there is not one last symbol for each sequence, or the module's answer is
    /// not one row of scores for each.</exception>
    /// <exception cref="KeyNotFoundException">The module named no value as a state that changes is named.</exception>
    public (double[,] LogProbabilities, IReadOnlyList<Input<T>> Next) Step(IReadOnlyList<Input<T>> states, IReadOnlyList<int> last)
    {
        ArgumentNullException.ThrowIfNull(last);
        int count = Count(states);
        if (last.Count != count)
            throw new ArgumentException(
                $"There must be a last symbol for each of the {count} sequences, but there are {last.Count}.", nameof(last));
        _ = decoder.Parameters;      // draws weights that are not drawn yet
        _tape.Begin(Pass.Predict);
        Value<T>[] inputs = new Value<T>[1 + states.Count];
        inputs[0] = _tape.Input(Tensors.Fill(b => T.CreateChecked(last[b]), 1, count, 1));
        for (int n = 0; n < states.Count; n++) inputs[1 + n] = _tape.Input(states[n].Data, states[n].Lengths);
        double[,] logProbabilities = LogSoftmax(decoder.Forward(inputs).Data, count);

        Input<T>[] next = [.. states];
        for (int n = 0; n < changed.Length; n++) next[n] = new(_tape[changed[n]].Data.Copy(), states[n].Lengths);
        return (logProbabilities, next);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Input<T>> Select(IReadOnlyList<Input<T>> states, IReadOnlyList<int> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        int count = Count(states);
        for (int n = 0; n < sequences.Count; n++)
        {
            if (sequences[n] >= 0 && sequences[n] < count) continue;
            throw new ArgumentOutOfRangeException(
                nameof(sequences), sequences[n], $"There are states of sequences 0 … {count - 1}.");
        }

        if (sequences.SequenceEqual(Enumerable.Range(0, count))) return states;
        return [.. states.Select(state => Selected(state, sequences))];
    }

    private static Input<T> Selected(Input<T> state, IReadOnlyList<int> sequences)
    {
        int batch = BatchOf(state.Data), rows = state.Data.Rank == 2 ? 1 : (int)state.Data.Lengths[0], width = (int)state.Data.Lengths[^1];
        T[] from = state.Data.ToArray(), chosen = new T[rows * sequences.Count * width];
        for (int row = 0; row < rows; row++)
        {
            for (int n = 0; n < sequences.Count; n++)
            {
                from.AsSpan(((row * batch) + sequences[n]) * width, width)
                    .CopyTo(chosen.AsSpan(((row * sequences.Count) + n) * width, width));
            }
        }

        int[] shape = state.Data.Rank == 2 ? [sequences.Count, width] : [rows, sequences.Count, width];
        return new(Tensors.Of(chosen, shape), state.Lengths is { } lengths ? [.. sequences.Select(n => lengths[n])] : null);
    }

    private static int BatchOf(Tensor<T> state) => state.Rank is 2 or 3 ? (int)state.Lengths[^2]
        : throw new ArgumentException($"A state must be [n, B, width] or [B, width], but is {state.Shape()}.");

    // ln softmax in double, whatever the module's numbers: log p_k = s_k − m − ln Σ_j exp(s_j − m), m = max s, j upwards.
    private static double[,] LogSoftmax(Tensor<T> scores, int count)
    {
        int width = (int)scores.Lengths[^1];
        if (scores.FlattenedLength != (nint)count * width)
        {
            throw new ArgumentException(
                $"One step of {count} sequences must give scores [1, {count}, K] or [{count}, K], but gave {scores.Shape()}.");
        }

        T[] numbers = scores.ToArray();
        double[,] logProbabilities = new double[count, width];
        for (int b = 0; b < count; b++)
        {
            ReadOnlySpan<T> row = numbers.AsSpan(b * width, width);
            double largest = double.CreateChecked(TensorPrimitives.Max(row)), sum = 0;
            foreach (T score in row) sum += DeterministicMath.Exp(double.CreateChecked(score) - largest);
            double shift = largest + DeterministicMath.Log(sum);
            for (int k = 0; k < width; k++) logProbabilities[b, k] = double.CreateChecked(row[k]) - shift;
        }

        return logProbabilities;
    }
}
