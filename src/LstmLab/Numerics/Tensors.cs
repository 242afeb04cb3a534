using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// Small helpers on .NET's own <see cref="Tensor{T}"/>: sequences are time-major [T, B, I], row-major in memory, and never broadcast.
/// </summary>
public static partial class Tensors
{
    /// <summary>A tensor of zeros.</summary>
    /// <param name="lengths">Its shape; every length 0 or more.</param>
    public static Tensor<T> Zeros<T>(params int[] lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        return Tensor.Create(new T[lengths.Aggregate(1, (product, length) => checked(product * length))], Native(lengths));
    }

    /// <summary>A tensor of zeros in another one's shape.</summary>
    public static Tensor<T> Like<T>(Tensor<T> tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Tensor.Create(new T[checked((int)tensor.FlattenedLength)], tensor.Lengths);
    }

    /// <summary>A tensor over <paramref name="values"/> (not copied) in row-major order.</summary>
    /// <exception cref="ShapeException">The number of values is not the product of the lengths.</exception>
    public static Tensor<T> Of<T>(T[] values, params int[] lengths)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(lengths);
        int expected = lengths.Aggregate(1, (product, length) => checked(product * length));
        if (values.Length != expected)
            throw new ShapeException($"A tensor of shape {Show(lengths)} needs {expected} values, but {values.Length} were given.");
        return Tensor.Create(values, Native(lengths));
    }

    /// <summary>A copy of an array [rows, columns] as a tensor of its shape, e.g. [B, O].</summary>
    public static Tensor<T> Of<T>(T[,] values) => Copied<T>(values);

    /// <summary>A copy of an array [a, b, c] as a tensor of its shape, e.g. [T, B, I].</summary>
    public static Tensor<T> Of<T>(T[,,] values) => Copied<T>(values);

    /// <summary>One sequence [T, 1, I] of a batch of one, from its rows of features.</summary>
    /// <param name="rows">T rows of I features each.</param>
    /// <exception cref="ShapeException">A row's length differs from the first row's.</exception>
    public static Tensor<T> Sequence<T>(params T[][] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int width = rows.Length == 0 ? 0 : rows[0].Length;
        int odd = Array.FindIndex(rows, row => row.Length != width);
        if (odd >= 0) throw new ShapeException($"Row {odd} of the sequence has {rows[odd].Length} features, but row 0 has {width}.");
        return Of(rows.SelectMany(row => row).ToArray(), rows.Length, 1, width);
    }

    /// <summary>A tensor filled by a function of the flat row-major index.</summary>
    public static Tensor<T> Fill<T>(Func<int, T> value, params int[] lengths)
    {
        ArgumentNullException.ThrowIfNull(value);
        Tensor<T> tensor = Zeros<T>(lengths);
        Span<T> flat = tensor.Flat();
        for (int n = 0; n < flat.Length; n++) flat[n] = value(n);
        return tensor;
    }

    /// <summary>A batch of sequences [T, B, I] filled by a function of time step, sequence and feature.
    /// <code>Tensors.Fill((t, b, i) => Math.Sin(0.1 * t), T, B, I)</code></summary>
    /// <param name="value">Gives the number at time step t, sequence b and feature i, each from 0; called in row-major order.</param>
    /// <param name="timeSteps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="width">I.</param>
    public static Tensor<T> Fill<T>(Func<int, int, int, T> value, int timeSteps, int batch, int width)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Fill(n => value(n / width / batch, n / width % batch, n % width), timeSteps, batch, width);
    }

    /// <summary>Class indexes as a target [B, 1] or an embedding's input.</summary>
    /// <param name="classes">One class of each of B sequences.</param>
    /// <exception cref="ArgumentException">T cannot hold an index exactly (float cannot hold all above 2²⁴); the message gives its
    /// position.</exception>
    public static Tensor<T> Classes<T>(params int[] classes) where T : struct, INumberBase<T> =>
        Classes<T>(Of(classes, classes?.Length ?? 0));

    /// <summary>Class indexes as a target [T, B, 1] or an embedding's input.</summary>
    /// <param name="classes">[T, B]: one class of each time step and sequence.</param>
    /// <exception cref="ArgumentException">T cannot hold an index exactly (float cannot hold all above 2²⁴); the message gives its
    /// position.</exception>
    public static Tensor<T> Classes<T>(int[,] classes) where T : struct, INumberBase<T> => Classes<T>(Of(classes));

    /// <summary>Class indexes as a target or an embedding's input, with a last axis of length 1 added.</summary>
    /// <param name="classes">Class indexes of any shape, e.g. [T, B]; the result is then [T, B, 1].</param>
    /// <exception cref="ArgumentException">T cannot hold an index exactly (float cannot hold all above 2²⁴); the message gives its
    /// position.</exception>
    public static Tensor<T> Classes<T>(Tensor<int> classes) where T : struct, INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(classes);
        int[] indexes = classes.ToArray();
        T[] values = Array.ConvertAll(indexes, T.CreateTruncating);
        int wrong = Array.FindIndex(indexes, index => double.CreateTruncating(T.CreateTruncating(index)) != index);
        if (wrong >= 0)
        {
            string found = $"classes{Show(PositionOf(classes.Lengths, wrong))} is {indexes[wrong].ToString(CultureInfo.InvariantCulture)}";
            throw new ArgumentException($"{found}, which {typeof(T).Name} cannot hold exactly: use double.");
        }

        return Tensor.Create(values, [.. classes.Lengths, 1]);
    }

    /// <summary>Batches of equal length as one batch, in their order along the axis B.</summary>
    /// <param name="batches">Sequences [T, Bₙ, I], such as those of <see cref="Sequence"/>, or rows [Bₙ, O].</param>
    /// <returns>A copy: [T, ΣBₙ, I] or [ΣBₙ, O].</returns>
    /// <exception cref="ShapeException">There is none, or one differs from the first elsewhere than in B; of sequences of other lengths use
    /// <see cref="Pad"/>.</exception>
    public static Tensor<T> Stack<T>(params Tensor<T>[] batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        int timeSteps = batches.Length == 0 ? 0 : batches[0].Rank == 3 ? batches[0].Length(0) : 1;
        for (int n = 0; n < batches.Length; n++)
        {
            if (batches[n].Rank != 3 || batches[n].Length(0) == timeSteps) continue;
            string found = $"batches[{n}] has {batches[n].Length(0)} time steps";
            throw new ShapeException($"{found}, but batches[0] has {timeSteps}: use Tensors.Pad.");
        }

        return Joined("batches", batches, timeSteps);
    }

    /// <summary>Sequences of different lengths as one batch, padded at the end with zeros.</summary>
    /// <param name="sequences">[Tₙ, Bₙ, I] each, such as those of <see cref="Sequence"/>.</param>
    /// <returns>The batch, [max Tₙ, ΣBₙ, I], a copy; and the length of each of its sequences, [ΣBₙ].</returns>
    /// <exception cref="ShapeException">There is none, or one has another number of features than the first.</exception>
    public static (Tensor<T> Batch, int[] Lengths) Pad<T>(params Tensor<T>[] sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        int odd = Array.FindIndex(sequences, sequence => sequence.Rank != 3);
        if (odd >= 0) throw new ShapeException($"sequences[{odd}] must be [T, B, I], but is {sequences[odd].Shape()}.");
        Tensor<T> batch = Joined("sequences", sequences, sequences.Select(sequence => sequence.Length(0)).DefaultIfEmpty().Max());
        return (batch, [.. sequences.SelectMany(sequence => Enumerable.Repeat(sequence.Length(0), sequence.Length(1)))]);
    }

    /// <summary>A copy of sequences that were [B, T, I], as [T, B, I].</summary>
    /// <exception cref="ShapeException">The tensor has not three axes.</exception>
    public static Tensor<T> FromBatchFirst<T>(Tensor<T> sequences) => Swapped(sequences, "[B, T, I]");

    /// <summary>A copy of sequences [T, B, I], as [B, T, I].</summary>
    /// <exception cref="ShapeException">The tensor has not three axes.</exception>
    public static Tensor<T> ToBatchFirst<T>(Tensor<T> sequences) => Swapped(sequences, "[T, B, I]");

    /// <summary>A copy.</summary>
    public static Tensor<T> Copy<T>(this Tensor<T> tensor) => Tensor.Create(tensor.ToArray(), tensor.Lengths);

    /// <summary>The same values in another number type, each rounded once.</summary>
    public static Tensor<TTo> To<TFrom, TTo>(this Tensor<TFrom> source)
        where TFrom : struct, INumberBase<TFrom> where TTo : struct, INumberBase<TTo>
    {
        ArgumentNullException.ThrowIfNull(source);
        return Tensor.Create(Array.ConvertAll(source.ToArray(), TTo.CreateChecked), source.Lengths);
    }

    /// <inheritdoc cref="To{TFrom, TTo}"/>
    public static Tensor<TTo> To<TTo>(this Tensor<double> source) where TTo : struct, INumberBase<TTo> => source.To<double, TTo>();

    /// <inheritdoc cref="To{TFrom, TTo}"/>
    public static Tensor<TTo> To<TTo>(this Tensor<float> source) where TTo : struct, INumberBase<TTo> => source.To<float, TTo>();

    /// <summary>A copy of the values in row-major order.</summary>
    public static T[] ToArray<T>(this Tensor<T> tensor) => tensor.Flat().ToArray();

    private static Tensor<T> Copied<T>(Array values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int[] lengths = [.. Enumerable.Range(0, values.Rank).Select(values.GetLength)];
        return Of(values.Cast<T>().ToArray(), lengths);
    }

    // [T, Bₙ, I] or [Bₙ, O] side by side; sequences that end before timeSteps are followed by zeros.
    private static Tensor<T> Joined<T>(string name, Tensor<T>[] parts, int timeSteps)
    {
        if (parts.Length == 0) throw new ShapeException($"{name} must hold at least one tensor, but holds none.");
        int rank = parts[0].Rank;
        if (rank is not (2 or 3)) throw new ShapeException($"{name}[0] must be [T, B, I] or [B, O], but is {parts[0].Shape()}.");
        int width = parts[0].Length(rank - 1);
        int odd = Array.FindIndex(parts, part => part.Rank != rank || part.Length(rank - 1) != width);
        if (odd >= 0)
        {
            string found = $"{name}[{odd}] is {parts[odd].Shape()}";
            throw new ShapeException($"{found}, but {name}[0] is {parts[0].Shape()}: only T and B may differ.");
        }

        int batch = parts.Sum(part => part.Length(rank - 2));
        Tensor<T> joined = rank == 2 ? Zeros<T>(batch, width) : Zeros<T>(timeSteps, batch, width);
        int first = 0;
        foreach (Tensor<T> part in parts)
        {
            int rows = part.Length(rank - 2), steps = rank == 2 ? 1 : part.Length(0);
            for (int t = 0; t < steps; t++)
                part.Flat().Slice(t * rows * width, rows * width).CopyTo(joined.Flat()[(((t * batch) + first) * width)..]);
            first += rows;
        }

        return joined;
    }

    private static Tensor<T> Swapped<T>(Tensor<T> tensor, string axes)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Rank != 3) throw new ShapeException($"sequences must be {axes}, but are {tensor.Shape()}.");
        int outer = tensor.Length(0), inner = tensor.Length(1), width = tensor.Length(2);
        T[] values = tensor.ToArray();
        return Fill((j, i, n) => values[(((i * inner) + j) * width) + n], inner, outer, width);
    }
}
