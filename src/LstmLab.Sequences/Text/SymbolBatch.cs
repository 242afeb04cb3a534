using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Sequences;

/// <summary>Sequences of symbols' numbers as padded batches for a network: inputs, targets and lengths.</summary>
/// <remarks>
/// N sequences stand side by side, [T, N, 1] with T the longest one's length; behind a shorter one's end stands the padding's number.
/// Layers leave steps behind a length out; a loss leaves padded targets out with <c>ignoreClass: padding</c>, which is needed where targets
/// have other lengths than the outputs. Numbers are those of a <see cref="Vocabulary"/>, whose padding symbol is its first unless said.
/// </remarks>
public static class SymbolBatch
{
    /// <summary>Sequences as one input of a model.</summary>
    /// <param name="sequences">The N sequences of numbers, each of at least one.</param>
    /// <param name="padding">Number behind the end of a sequence.</param>
    /// <returns>Numbers [T, N, 1] and lengths [N].</returns>
    /// <exception cref="ArgumentException">There is no sequence, one is empty, or T cannot hold a number exactly.</exception>
    public static Input<T> Pad<T>(IReadOnlyList<int[]> sequences, int padding = 0) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        RequireSequences(sequences, nameof(sequences));
        return new(Padded<T>(sequences, padding), [.. sequences.Select(sequence => sequence.Length)]);
    }

    /// <summary>One class of each sequence, for a model that answers once: X [T, N, 1], Y [N, 1].</summary>
    /// <param name="sequences">The N sequences of numbers.</param>
    /// <param name="classes">The class of each, [N].</param>
    /// <param name="padding">Number behind the end of a sequence.</param>
    /// <exception cref="ArgumentException">A sequence is empty, or the numbers of sequences and classes differ.</exception>
    public static Dataset<T> Classify<T>(IReadOnlyList<int[]> sequences, IReadOnlyList<int> classes, int padding = 0)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(classes);
        Input<T> x = Pad<T>(sequences, padding);
        RequireSameCount(sequences.Count, classes.Count, nameof(classes));
        return new(x.Data, Tensors.Classes<T>([.. classes]), x.Lengths);
    }

    /// <summary>One label of each symbol, for a model that answers at each step: X and Y [T, N, 1].</summary>
    /// <param name="sequences">The N sequences of numbers.</param>
    /// <param name="labels">The labels of each, as many as it has symbols.</param>
    /// <param name="padding">Number behind the end of a sequence.</param>
    /// <param name="ignored">Label behind the end of a sequence, which no loss counts; −1 is none of a model's classes.</param>
    /// <exception cref="ArgumentException">A sequence is empty, or a sequence and its labels differ in length.</exception>
    public static Dataset<T> Label<T>(IReadOnlyList<int[]> sequences, IReadOnlyList<int[]> labels, int padding = 0, int ignored = -1)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(labels);
        Input<T> x = Pad<T>(sequences, padding);
        RequireSameCount(sequences.Count, labels.Count, nameof(labels));
        for (int n = 0; n < labels.Count; n++)
        {
            if (labels[n].Length == sequences[n].Length) continue;
            throw new ArgumentException(
                $"labels[{n}] must hold one label for each of the {sequences[n].Length} symbols, but holds {labels[n].Length}.",
                nameof(labels));
        }

        return new(x.Data, Padded<T>(labels, ignored), x.Lengths);
    }

    /// <summary>The next symbol at each step, for a language model: <code>x = start s₁ … s_n,  y = s₁ … s_n end</code></summary>
    /// <param name="sequences">The N sequences of numbers; an empty one is allowed.</param>
    /// <param name="start">Number of the start symbol.</param>
    /// <param name="end">Number of the end symbol.</param>
    /// <param name="padding">Number behind the end of inputs and targets: the loss's <c>ignoreClass</c>.</param>
    /// <exception cref="ArgumentException">There is no sequence.</exception>
    public static Dataset<T> Continue<T>(IReadOnlyList<int[]> sequences, int start, int end, int padding = 0)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        RequireSequences(sequences, nameof(sequences), allowEmpty: true);
        Input<T> x = Pad<T>([.. sequences.Select(sequence => (int[])[start, .. sequence])], padding);
        return new(x.Data, Padded<T>([.. sequences.Select(sequence => (int[])[.. sequence, end])], padding), x.Lengths);
    }

    /// <summary>One sequence from another with teacher forcing, for an encoder and a decoder:
    /// <code>X = source,  More[0] = start t₁ … t_n,  Y = t₁ … t_n end</code></summary>
    /// <param name="sources">The N sequences that the encoder reads.</param>
    /// <param name="targets">The N sequences that the decoder is to write; an empty one is allowed.</param>
    /// <param name="start">Number of the start symbol among the targets' symbols.</param>
    /// <param name="end">Number of the end symbol among the targets' symbols.</param>
    /// <param name="padding">Number behind the end of sources and targets: the loss's <c>ignoreClass</c>.</param>
    /// <exception cref="ArgumentException">A source is empty, or there are more of the one than of the other.</exception>
    public static Dataset<T> Translate<T>(IReadOnlyList<int[]> sources, IReadOnlyList<int[]> targets, int start, int end, int padding = 0)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Input<T> source = Pad<T>(sources, padding);
        Dataset<T> target = Continue<T>(targets, start, end, padding);
        RequireSameCount(sources.Count, targets.Count, nameof(targets));
        return new(source.Data, target.Y, source.Lengths) { More = [new(target.X, target.Lengths)] };
    }

    private static Tensor<T> Padded<T>(IReadOnlyList<int[]> sequences, int padding) where T : struct, INumberBase<T>
    {
        int[,] numbers = new int[sequences.Max(sequence => sequence.Length), sequences.Count];
        for (int t = 0; t < numbers.GetLength(0); t++)
            for (int n = 0; n < sequences.Count; n++)
                numbers[t, n] = t < sequences[n].Length ? sequences[n][t] : padding;
        return Tensors.Classes<T>(numbers);
    }

    private static void RequireSequences(IReadOnlyList<int[]> sequences, string name, bool allowEmpty = false)
    {
        ArgumentNullException.ThrowIfNull(sequences, name);
        if (sequences.Count == 0) throw new ArgumentException($"{name} must hold at least one sequence, but holds none.", name);
        for (int n = 0; n < sequences.Count; n++)
        {
            if (sequences[n] is null) throw new ArgumentNullException(name, $"{name}[{n}] is null.");
            if (sequences[n].Length == 0 && !allowEmpty)
                throw new ArgumentException($"{name}[{n}] holds no symbols: leave it out, or give it a symbol such as an end.", name);
        }
    }

    private static void RequireSameCount(int sequences, int found, string name)
    {
        if (found == sequences) return;
        throw new ArgumentException($"{name} must hold one entry for each of the {sequences} sequences, but holds {found}.", name);
    }
}
