namespace LstmLab.Formats;

/// <content>Constants that are moved when a graph is read: exporters sort gate blocks and reshape weights within the graph.</content>
internal sealed partial class OnnxTrace
{
    private static OnnxArray Transpose(OnnxNode node, OnnxArray array, int[] order)
    {
        node.Spend(array.Count);
        return OnnxMap.Transpose(array.Dims, order).Of(array);
    }

    // A part of one axis.
    private static OnnxArray Part(OnnxNode node, OnnxArray array, int axis, int start, int length)
    {
        int[][] positions = [.. array.Dims.Select(OnnxMap.All)];
        positions[axis] = [.. Enumerable.Range(start, length)];
        node.Spend(positions.Aggregate(1L, (product, one) => product * one.Length));
        return OnnxMap.Pick(array.Dims, positions).Of(array);
    }

    private static OnnxArray Concat(OnnxNode node, OnnxArray[] arrays, int axis)
    {
        int[] first = arrays[0].Dims;
        node.Spend(arrays.Sum(array => (long)array.Count));
        if (arrays.Length > byte.MaxValue) throw node.Bad("its inputs", $"at most {byte.MaxValue}", $"{arrays.Length}");
        foreach (OnnxArray array in arrays)
            if (array.Dims.Length != first.Length || array.Dims.Index().Any(one => one.Index != axis && one.Item != first[one.Index]))
                throw node.Bad("its inputs", $"shapes like {Tensors.Show(first)} but for axis {axis}", Tensors.Show(array.Dims));
        return OnnxMap.Concat([.. arrays.Select(array => array.Dims)], axis).Of(arrays);
    }

    private static OnnxArray Reshape(OnnxNode node, OnnxArray array, long[] target)
    {
        int[] asked = [.. target.Select(length => (int)Math.Clamp(length, int.MinValue, int.MaxValue))];
        return OnnxMap.Reshaped(array.Dims, asked, keepsZero: true) is { } dims
            ? new(dims, array.Values)
            : throw node.Bad("its shape", $"one of {array.Count} numbers", $"[{string.Join(", ", target.Take(10))}]");
    }
}
