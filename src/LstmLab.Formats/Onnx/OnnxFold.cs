
namespace LstmLab.Formats;

/// <summary>Operators on constants, computed when a graph is read: exporters sort gate blocks and reshape weights within the
/// graph.</summary>
internal static class OnnxFold
{
    /// <summary>Another order of the axes.</summary>
    public static OnnxArray Transpose(OnnxNode node, OnnxArray array, int[] perm)
    {
        node.Spend(array.Count);
        int[] strides = Strides(array.Dims), dims = [.. perm.Select(axis => array.Dims[axis])];
        int[] moved = [.. perm.Select(axis => strides[axis])];
        return new(dims, Pick(array.Values, dims, 0, moved));
    }

    /// <summary>A part of one axis.</summary>
    public static OnnxArray Slice(OnnxNode node, OnnxArray array, int axis, int start, int length)
    {
        int[] dims = [.. array.Dims.Index().Select(one => one.Index == axis ? length : one.Item)], strides = Strides(array.Dims);
        node.Spend(dims.Aggregate(1L, (product, one) => product * one));
        return new(dims, Pick(array.Values, dims, start * strides[axis], strides));
    }

    /// <summary>Arrays one after another along an axis.</summary>
    public static OnnxArray Concat(OnnxNode node, IReadOnlyList<OnnxArray> arrays, int axis)
    {
        int[] first = arrays[0].Dims;
        long total = arrays.Sum(array => (long)array.Count);
        node.Spend(total);
        foreach (OnnxArray array in arrays)
            if (array.Dims.Length != first.Length || array.Dims.Index().Any(one => one.Index != axis && one.Item != first[one.Index]))
                throw node.Bad("its inputs", $"shapes like {Tensors.Show(first)} but for axis {axis}", Tensors.Show(array.Dims));
        double[] values = new double[total];
        int outer = first.Take(axis).Aggregate(1, (product, length) => product * length), end = 0;
        for (int row = 0; row < outer; row++)
        {
            foreach (OnnxArray array in arrays)
            {
                int size = array.Count / outer;
                array.Values.AsSpan(row * size, size).CopyTo(values.AsSpan(end));
                end += size;
            }
        }

        return new([.. first.Index().Select(one => one.Index == axis ? arrays.Sum(array => array.Dims[axis]) : one.Item)], values);
    }

    /// <summary>The same numbers in another shape; 0 keeps a length, −1 takes what is left.</summary>
    public static OnnxArray Reshape(OnnxNode node, OnnxArray array, long[] target)
    {
        long[] dims = [.. target.Index().Select(one => one.Item == 0 && one.Index < array.Dims.Length ? array.Dims[one.Index] : one.Item)];
        Int128 known = 1;
        foreach (long length in dims.Where(length => length != -1)) known = length is < 0 or > int.MaxValue || known > int.MaxValue
            ? -1
            : known * length;
        int open = Array.IndexOf(dims, -1L);
        if (open >= 0 && known > 0 && array.Count % known == 0) dims[open] = (long)(array.Count / known);
        if (known < 0 || dims.Any(length => length < 0) || dims.Aggregate((Int128)1, (product, length) => product * length) != array.Count)
            throw node.Bad("its shape", $"one of {array.Count} numbers", $"[{string.Join(", ", target.Take(10))}]");
        return new([.. dims.Select(length => (int)length)], array.Values);
    }

    private static int[] Strides(int[] dims)
    {
        int[] strides = new int[dims.Length];
        for (int axis = dims.Length - 1, stride = 1; axis >= 0; stride *= dims[axis], axis--) strides[axis] = stride;
        return strides;
    }

    private static double[] Pick(double[] from, int[] dims, int start, int[] strides)
    {
        double[] to = new double[dims.Aggregate(1, (product, length) => product * length)];
        for (int n = 0; n < to.Length; n++)
        {
            int index = start;
            for (int axis = dims.Length - 1, rest = n; axis >= 0; rest /= dims[axis], axis--) index += rest % dims[axis] * strides[axis];
            to[n] = from[index];
        }

        return to;
    }
}
