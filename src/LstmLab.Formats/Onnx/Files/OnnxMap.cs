namespace LstmLab.Formats;

/// <summary>Where each number of a result comes from: moving, repeating, dropping and choosing numbers, without arithmetic.</summary>
/// <param name="Index">For each number of the result, its position in the source; −1 for the fill.</param>
/// <param name="Dims">The result's shape.</param>
/// <param name="Source">For each number of the result, which source it comes from; null when there is one.</param>
internal sealed record OnnxMap(int[] Index, int[] Dims, byte[]? Source = null)
{
    /// <summary>Most numbers in one value: more is an error in the graph or its input.</summary>
    public const int MostNumbers = 1 << 28;

    /// <summary>Longest axis of a value without numbers.</summary>
    public const int LongestOfNothing = 1 << 20;

    /// <summary>What stands where no number of a source does.</summary>
    public double Fill { get; init; }

    /// <summary>Product of lengths.</summary>
    /// <exception cref="ShapeException">It is more than a value may hold.</exception>
    public static int Count(ReadOnlySpan<int> dims)
    {
        long count = 1, longest = 0;
        foreach (int length in dims)
        {
            if (length < 0) throw new ShapeException($"{Tensors.Show(dims)} has a negative length.");
            (count, longest) = (Math.Min(MostNumbers + 1L, count * length), Math.Max(longest, length));
        }

        // Positions along an axis take memory also where there are no numbers.
        if (count == 0 && longest > LongestOfNothing) throw new ShapeException($"{Tensors.Show(dims)} holds no numbers along a long axis.");
        return count <= MostNumbers ? (int)count : throw new ShapeException($"{Tensors.Show(dims)} is more than {MostNumbers} numbers.");
    }

    /// <summary>Steps between neighbors along each axis of row-major numbers.</summary>
    public static int[] Strides(ReadOnlySpan<int> dims)
    {
        int[] strides = new int[dims.Length];
        for (int axis = dims.Length - 1, stride = 1; axis >= 0; stride *= dims[axis], axis--) strides[axis] = stride;
        return strides;
    }

    /// <summary>The axes in another order.</summary>
    public static OnnxMap Transpose(int[] dims, int[] order)
    {
        int[] strides = Strides(dims), to = [.. order.Select(axis => dims[axis])], by = [.. order.Select(axis => strides[axis])];
        int[] index = new int[Count(to)], position = new int[to.Length];
        for (int n = 0, at = 0; n < index.Length; n++)
        {
            index[n] = at;
            for (int axis = to.Length - 1; axis >= 0; axis--)
            {
                at += by[axis];
                if (++position[axis] < to[axis]) break;
                at -= by[axis] * to[axis];
                position[axis] = 0;
            }
        }

        return new(index, to);
    }

    /// <summary>Chosen positions along each axis; −1 for the fill.</summary>
    public static OnnxMap Pick(int[] dims, int[][] positions, double fill = 0)
    {
        int[] strides = Strides(dims), to = [.. positions.Select(list => list.Length)];
        _ = Count(to);
        int[] offsets = [0];
        // Outer axes first: each adds its offsets to those before.
        for (int axis = 0; axis < dims.Length; axis++)
        {
            int[] next = new int[offsets.Length * to[axis]];
            for (int n = 0; n < next.Length; n++)
            {
                int before = offsets[n / to[axis]], position = positions[axis][n % to[axis]];
                next[n] = before < 0 || position < 0 ? -1 : before + (position * strides[axis]);
            }

            offsets = next;
        }

        return new(offsets, to) { Fill = fill };
    }

    /// <summary>The shape that a reshaping asks for: 0 may keep a length, −1 takes what is left; null where the numbers do not
    /// fit.</summary>
    public static int[]? Reshaped(int[] dims, int[] asked, bool keepsZero)
    {
        int[] to = [.. asked.Index().Select(one => one.Item == 0 && keepsZero && one.Index < dims.Length ? dims[one.Index] : one.Item)];
        int open = Array.IndexOf(to, -1), count = Count(dims);
        if (open >= 0) to[open] = 1;
        if (to.Any(length => length < 0)) return null;
        long others = to.Aggregate(1L, (product, length) => Math.Min(MostNumbers + 1L, product * length));
        if (open >= 0 && others > 0 && count % others == 0) (to[open], others) = ((int)(count / others), count);
        return others == count ? to : null;
    }

    /// <summary>All positions of an axis.</summary>
    public static int[] All(int length) => [.. Enumerable.Range(0, length)];

    /// <summary>The positions that repeat a shape to a larger one, as NumPy broadcasts; null where they do not fit.</summary>
    public static int[][]? Repeats(ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        int[][] positions = new int[to.Length][];
        for (int axis = 0; axis < to.Length; axis++)
        {
            int own = axis - (to.Length - from.Length), length = own < 0 ? 1 : from[own];
            if (length != to[axis] && length != 1) return null;
            positions[axis] = length == to[axis] ? All(length) : new int[to[axis]];
        }

        return positions;
    }

    /// <summary>The shape that two shapes broadcast to; null where they do not fit.</summary>
    public static int[]? Together(int[] a, int[] b)
    {
        int[] to = new int[Math.Max(a.Length, b.Length)];
        for (int axis = 0; axis < to.Length; axis++)
        {
            int ofA = axis - (to.Length - a.Length), ofB = axis - (to.Length - b.Length);
            (int lengthA, int lengthB) = (ofA < 0 ? 1 : a[ofA], ofB < 0 ? 1 : b[ofB]);
            if (lengthA != lengthB && lengthA != 1 && lengthB != 1) return null;
            to[axis] = lengthA == 1 ? lengthB : lengthA;
        }

        return to;
    }

    /// <summary>Several values side by side along an axis.</summary>
    public static OnnxMap Concat(int[][] parts, int axis)
    {
        int[] to = (int[])parts[0].Clone();
        to[axis] = parts.Sum(part => part[axis]);
        int[] index = new int[Count(to)];
        byte[] source = new byte[index.Length];
        int outer = Count(to.AsSpan(0, axis)), n = 0;
        for (int row = 0; row < outer; row++)
        {
            for (int part = 0; part < parts.Length; part++)
            {
                int size = Count(parts[part].AsSpan(axis));
                for (int k = 0; k < size; k++)
                {
                    source[n] = (byte)part;
                    index[n++] = (row * size) + k;
                }
            }
        }

        return new(index, to, source);
    }

    /// <summary>The numbers of constants, moved.</summary>
    public OnnxArray Of(params OnnxArray[] sources)
    {
        double[] numbers = new double[Index.Length];
        for (int n = 0; n < numbers.Length; n++) numbers[n] = Index[n] < 0 ? Fill : sources[Source?[n] ?? 0].Values[Index[n]];
        return new(Dims, numbers) { Kind = sources[0].Kind };
    }
}
