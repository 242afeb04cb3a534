using System.Numerics;

namespace LstmLab.Sequences;

/// <summary>Labels that come into a layer as class numbers [U, B, 1] with lengths; a sequence may have none.</summary>
internal static class ClassNumbers
{
    /// <summary>Throws unless the value is [U, B, 1] with lengths from 0 to U.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="name">How messages call them.</param>
    /// <param name="batch">B.</param>
    /// <exception cref="ShapeException">It is something else.</exception>
    public static void Require<T>(Value<T> labels, string name, int batch) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        labels.Data.Require(name, "[U, B, 1]", -1, batch, 1);
        if (labels.Lengths is not { } lengths) return;
        if (lengths.Count != batch)
            throw new ShapeException($"The lengths of {name} must be one a sequence, [B] = {batch}, but are {lengths.Count}.");
        for (int b = 0; b < batch; b++)
        {
            if (lengths[b] < 0 || lengths[b] > labels.Data.Length(0))
                throw new ShapeException(
                    $"The length of {name}[b = {b}] must be between 0 and U = {labels.Data.Length(0)}, but is {lengths[b]}.");
        }
    }

    /// <summary>Reads the labels of one sequence.</summary>
    /// <param name="labels">What <see cref="Require"/> has accepted.</param>
    /// <param name="name">How messages call them.</param>
    /// <param name="b">The sequence.</param>
    /// <param name="classes">K; each label must be below it.</param>
    /// <param name="room">Where the numbers are written; grows as needed.</param>
    /// <returns>The numbers, as many as the sequence has.</returns>
    /// <exception cref="ArgumentException">A label is no integer from 0 to K − 1.</exception>
    public static ReadOnlySpan<int> Read<T>(Value<T> labels, string name, int b, int classes, ref int[] room)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        int count = labels.Lengths?[b] ?? labels.Data.Length(0), batch = labels.Data.Length(1);
        if (room.Length < count) room = new int[count];
        ReadOnlySpan<T> numbers = labels.Data.Flat();
        for (int u = 0; u < count; u++)
        {
            T number = numbers[(u * batch) + b];
            if (!(number >= T.Zero && number < T.CreateChecked(classes) && T.IsInteger(number)))
                throw new ArgumentException(
                    $"{name}[u = {u}, b = {b}] must be a class number from 0 to {classes - 1}, but is {number}.", name);
            room[u] = int.CreateTruncating(number);
        }

        return room.AsSpan(0, count);
    }
}
