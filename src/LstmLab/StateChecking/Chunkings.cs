using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>The ways to cut sequences of T steps, and pieces of sequences.</summary>
internal static class Chunkings
{
    /// <summary>The whole, chunks of every size below T, and uneven ones: 1 and the rest, all but one and 1, growing, shrinking.</summary>
    public static IReadOnlyList<int[]> Of(int timeSteps)
    {
        List<int[]> all = [.. Enumerable.Range(1, timeSteps).Reverse().Select(size => Repeated(size, timeSteps))];
        int[] growing = Growing(timeSteps);
        foreach (int[] uneven in (int[][])[[1, timeSteps - 1], [timeSteps - 1, 1], growing, [.. growing.Reverse()]])
            if (uneven.All(size => size > 0) && !all.Any(sizes => sizes.SequenceEqual(uneven))) all.Add(uneven);
        return all;
    }

    /// <summary>Steps [from, to) of sequences [T, B, I], a copy.</summary>
    public static Tensor<T> Steps<T>(this Tensor<T> x, int from, int to)
    {
        int row = x.Length(1) * x.Length(2);
        return Tensors.Of(x.Flat()[(from * row)..(to * row)].ToArray(), to - from, x.Length(1), x.Length(2));
    }

    /// <summary>The chunks one after another.</summary>
    public static IEnumerable<Tensor<T>> Cut<T>(this Tensor<T> x, IEnumerable<int> sizes)
    {
        int from = 0;
        foreach (int size in sizes)
        {
            yield return x.Steps(from, from + size);
            from += size;
        }
    }

    private static int[] Repeated(int size, int timeSteps)
    {
        IEnumerable<int> full = Enumerable.Repeat(size, timeSteps / size);
        return timeSteps % size == 0 ? [.. full] : [.. full, timeSteps % size];
    }

    // 1, 2, 3, …, and the rest.
    private static int[] Growing(int timeSteps)
    {
        List<int> sizes = [];
        for (int left = timeSteps; left > 0; left -= sizes[^1]) sizes.Add(Math.Min(left, sizes.Count + 1));
        return [.. sizes];
    }
}
