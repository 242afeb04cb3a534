namespace LstmLab.Formats;

/// <content>Operators that take numbers from where other values say.</content>
internal static partial class OnnxOperations<T>
{
    private static OnnxDatum<T> Where(OnnxStep<T> step)
    {
        OnnxDatum<T> condition = step.In(0), a = step.In(1), b = step.In(2);
        int[]? dims = OnnxMap.Together(a.Dims, b.Dims);
        dims = dims is null ? null : OnnxMap.Together(dims, condition.Dims);
        if (dims is null) throw Unfitting("shapes that broadcast", condition.Dims, a.Dims, b.Dims);
        step.Require(new(condition.Numbers), dims);
        (condition, a, b) = (step.Broadcast(new(condition.Numbers), dims), step.Broadcast(a, dims), step.Broadcast(b, dims));
        byte[] source = [.. condition.Numbers.Values.Select(value => (byte)(value == 0 ? 1 : 0))];
        OnnxMap map = new(OnnxMap.All(source.Length), dims, source);
        if (a.Flow is null && b.Flow is null) return new(map.Of(a.Numbers, b.Numbers));
        return step.Moved([step.Flow(a), step.Flow(b)], [.. dims, .. source.Select(one => (int)one)], () => map);
    }

    // y[.., i, ..] = x[.., index[.., i, ..], ..].
    private static OnnxDatum<T> GatherElements(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In(0), at = step.In(1);
        int axis = step.Axis(step.Node.Int("axis", 0), x.Dims.Length), length = x.Dims[axis];
        bool fits = at.Dims.Length == x.Dims.Length && at.Dims.Index().All(one => one.Index == axis || one.Item <= x.Dims[one.Index]);
        int[] chosen = [.. at.Numbers.Values.Select(value => (int)(value < 0 ? value + length : value))];
        if (!fits || chosen.Any(one => one < 0 || one >= length))
            throw Unfitting($"indexes from {-length} to {length - 1}", at.Dims, x.Dims);
        return step.Take(x, [.. at.Dims, .. chosen], chosen.Length, () =>
        {
            int[] strides = OnnxMap.Strides(x.Dims), own = OnnxMap.Strides(at.Dims), index = new int[chosen.Length];
            for (int n = 0; n < index.Length; n++)
                for (int k = 0; k < own.Length; k++)
                    index[n] += strides[k] * (k == axis ? chosen[n] : n / own[k] % at.Dims[k]);
            return new(index, at.Dims);
        });
    }

    // x, with rows of the updates in place of those that the indexes name.
    private static OnnxDatum<T> ScatterND(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In(0), at = step.In(1), updates = step.In(2);
        if (step.Node.Text("reduction", "none") != "none") throw step.Node.Bad("reduction", "none", step.Node.Text("reduction", ""));
        if (at.Dims.Length == 0 || at.Dims[^1] == 0 || at.Dims[^1] > x.Dims.Length)
            throw Unfitting("indexes of leading axes", at.Dims, x.Dims);
        int depth = at.Dims[^1], size = OnnxMap.Count(x.Dims.AsSpan(depth)), count = OnnxMap.Count(x.Dims);
        int[] strides = OnnxMap.Strides(x.Dims), index = OnnxMap.All(count);
        byte[] source = new byte[count];
        double[] numbers = at.Numbers.Values;
        if (OnnxMap.Count(updates.Dims) != (long)(numbers.Length / depth) * size)
            throw Unfitting("an update for each index", updates.Dims, at.Dims);
        for (int row = 0; row < numbers.Length / depth; row++)
        {
            int start = 0;
            for (int k = 0; k < depth; k++)
            {
                double position = numbers[(row * depth) + k];
                if (position < 0) position += x.Dims[k];
                if (!(position >= 0 && position < x.Dims[k])) throw Unfitting($"indexes below {x.Dims[k]}", at.Dims);
                start += (int)position * strides[k];
            }

            for (int n = 0; n < size; n++) (source[start + n], index[start + n]) = (1, (row * size) + n);
        }

        OnnxMap map = new(index, x.Dims, source);
        if (x.Flow is null && updates.Flow is null) return new(map.Of(x.Numbers, updates.Numbers));
        int[] key = [.. x.Dims, .. at.Dims, .. numbers.Select(value => (int)value)];
        return step.Moved([step.Flow(x), step.Flow(updates)], key, () => map);
    }

    // The steps of each sequence up to its length in reverse order.
    private static OnnxDatum<T> ReverseSequence(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int batchAxis = step.Axis(step.Node.Int("batch_axis", 1), x.Dims.Length);
        int timeAxis = step.Axis(step.Node.Int("time_axis", 0), x.Dims.Length);
        double[] lengths = step.In(1).Numbers.Values;
        if (lengths.Length != x.Dims[batchAxis] || lengths.Any(length => length < 0 || length > x.Dims[timeAxis]))
            throw Unfitting("a length for each sequence", [.. lengths.Select(length => (int)length)], x.Dims);
        int[] strides = OnnxMap.Strides(x.Dims), key = [.. lengths.Select(length => (int)length)];
        return step.Take(x, [timeAxis, batchAxis, .. key], OnnxMap.Count(x.Dims), () =>
        {
            int[] index = OnnxMap.All(OnnxMap.Count(x.Dims));
            for (int n = 0; n < index.Length; n++)
            {
                int t = n / strides[timeAxis] % x.Dims[timeAxis], b = n / strides[batchAxis] % x.Dims[batchAxis];
                if (t < key[b]) index[n] += (key[b] - 1 - (2 * t)) * strides[timeAxis];
            }

            return new(index, x.Dims);
        });
    }
}
