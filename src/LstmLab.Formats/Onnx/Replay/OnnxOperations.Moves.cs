using System.Numerics;

namespace LstmLab.Formats;

/// <content>Operators that move, repeat, drop and choose numbers.</content>
internal static partial class OnnxOperations<T>
{
    private static OnnxDatum<T> Transpose(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int rank = x.Dims.Length;
        int[] order = step.Ints(int.MaxValue, "perm") ?? [.. OnnxMap.All(rank).Reverse()];
        if (order.Length != rank || !order.Order().SequenceEqual(OnnxMap.All(rank)))
            throw step.Node.Bad("perm", $"an order of {rank} axes", $"[{string.Join(", ", order.Take(10))}]");
        return step.Transpose(x, order);
    }

    private static OnnxDatum<T> Reshape(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int[] asked = step.Ints(1, "shape") ?? throw step.Node.Bad("its shape", "integers", "none");
        int[] dims = OnnxMap.Reshaped(x.Dims, asked, step.Node.Int("allowzero", 0) == 0)
            ?? throw step.Shape($"a shape of {OnnxMap.Count(x.Dims)} numbers, {Tensors.Show(x.Dims)}", asked);
        return step.Reshape(x, dims);
    }

    private static OnnxDatum<T> Flatten(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        long asked = step.Node.Int("axis", 1);
        int axis = asked == x.Dims.Length ? x.Dims.Length : step.Axis(asked, Math.Max(1, x.Dims.Length));
        return step.Reshape(x, OnnxMap.Count(x.Dims.AsSpan(0, axis)), OnnxMap.Count(x.Dims.AsSpan(axis)));
    }

    private static OnnxDatum<T> Squeeze(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int[] axes = step.Ints(1, "axes") is { } asked
            ? [.. asked.Select(axis => step.Axis(axis, x.Dims.Length))]
            : [.. OnnxMap.All(x.Dims.Length).Where(axis => x.Dims[axis] == 1)];
        if (axes.Any(axis => x.Dims[axis] != 1)) throw step.Shape($"length 1 at axis {axes.First(axis => x.Dims[axis] != 1)}", x.Dims);
        return step.Reshape(x, [.. x.Dims.Where((_, axis) => !axes.Contains(axis))]);
    }

    private static OnnxDatum<T> Unsqueeze(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int[] asked = step.Ints(1, "axes") ?? throw step.Node.Bad("axes", "which axes", "none");
        int rank = x.Dims.Length + asked.Length;
        int[] axes = [.. asked.Select(axis => step.Axis(axis, rank))];
        if (axes.Distinct().Count() < axes.Length) throw step.Node.Bad("axes", "axes that differ", "one twice");
        Queue<int> dims = new(x.Dims);
        return step.Reshape(x, [.. OnnxMap.All(rank).Select(axis => axes.Contains(axis) ? 1 : dims.Dequeue())]);
    }

    private static int[][] Positions(OnnxDatum<T> x) => [.. x.Dims.Select(OnnxMap.All)];

    private static OnnxDatum<T> Slice(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int[] starts = step.Ints(1, "starts") ?? throw step.Node.Bad("starts", "integers", "none");
        int[] ends = step.Ints(2, "ends") ?? throw step.Node.Bad("ends", "integers", "none");
        int[] axes = step.Ints(3, "axes") ?? OnnxMap.All(starts.Length), steps = step.Has(4) ? step.Ints(4, "steps")! : [.. starts.Select(_ => 1)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0))
            throw step.Node.Bad("its ranges", "as many starts, ends, axes and steps, none of them 0", "others");
        int[][] positions = Positions(x);
        foreach ((int n, int asked) in axes.Index())
        {
            int axis = step.Axis(asked, x.Dims.Length), length = x.Dims[axis];
            long first = starts[n] < 0 ? (long)starts[n] + length : starts[n], end = ends[n] < 0 ? (long)ends[n] + length : ends[n];
            if (length == 0) continue;
            bool isForward = steps[n] > 0;
            first = Math.Clamp(first, 0, isForward ? length : length - 1);
            end = Math.Clamp(end, isForward ? 0 : -1, length);
            List<int> chosen = [];
            for (long at = first; isForward ? at < end : at > end; at += steps[n]) chosen.Add((int)at);
            positions[axis] = [.. chosen];
        }

        return step.Pick(x, positions);
    }

    private static OnnxDatum<T>[] Split(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int axis = step.Axis(step.Node.Int("axis", 0), x.Dims.Length), parts = step.Node.Outputs.Count;
        int size = (x.Dims[axis] + parts - 1) / Math.Max(1, parts);
        int[] sizes = step.Ints(1, "split")
            ?? [.. Enumerable.Range(0, parts).Select(n => Math.Clamp(x.Dims[axis] - (n * size), 0, size))];
        if (sizes.Length != parts || sizes.Any(length => length < 0) || sizes.Sum(length => (long)length) != x.Dims[axis]) throw step.Shape($"{x.Dims[axis]} in {parts} parts", sizes);
        int start = 0;
        return [.. sizes.Select(length =>
        {
            int[][] positions = Positions(x);
            positions[axis] = [.. Enumerable.Range(start, length)];
            start += length;
            return step.Pick(x, positions);
        })];
    }

    private static OnnxDatum<T> Concat(OnnxStep<T> step)
    {
        OnnxDatum<T>[] parts = step.All();
        if (parts.Length is 0 or > byte.MaxValue) throw step.Node.Bad("its inputs", $"1 to {byte.MaxValue}", $"{parts.Length}");
        int axis = step.Axis(step.Node.Int("axis", 0), parts[0].Dims.Length);
        int[] first = parts[0].Dims;
        foreach (OnnxDatum<T> part in parts)
            if (part.Dims.Length != first.Length || part.Dims.Index().Any(one => one.Index != axis && one.Item != first[one.Index]))
                throw step.Shape($"shapes like {Tensors.Show(first)} but for axis {axis}", part.Dims);
        int[][] dims = [.. parts.Select(part => part.Dims)];
        if (parts.All(part => part.Flow is null))
        {
            step.Scope.Spend(step.Node, dims.Sum(one => (long)OnnxMap.Count(one)));
            return new(OnnxMap.Concat(dims, axis).Of([.. parts.Select(part => part.Numbers)]));
        }

        int[] key = [.. dims.SelectMany(one => one), axis];
        return step.Moved([.. parts.Select(step.Flow)], key, () => OnnxMap.Concat(dims, axis));
    }

    private static OnnxDatum<T> Gather(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In(0), at = step.In(1);
        int axis = step.Axis(step.Node.Int("axis", 0), x.Dims.Length), length = x.Dims[axis];
        int[] chosen = [.. at.Numbers.Values.Select(value => value is >= int.MinValue and <= int.MaxValue && double.IsInteger(value)
            ? (int)(value < 0 ? value + length : value) : length)];
        if (chosen.Any(one => one < 0 || one >= length))
            throw new ShapeException($"expected indexes from {-length} to {length - 1}, but found {at.Numbers.Values[Array.FindIndex(chosen, one => one < 0 || one >= length)]}.");
        int[] dims = [.. x.Dims[..axis], .. at.Dims, .. x.Dims[(axis + 1)..]];
        if (step.Layer is Embedding<T> table)
        {
            Value<T> indexes = step.Scope.Constant(new([chosen.Length, 1], [.. chosen.Select(one => (double)one)]));
            return step.Reshape(new(table.Forward(indexes)), dims);
        }

        int[][] positions = Positions(x);
        positions[axis] = chosen;
        return step.Reshape(step.Pick(x, positions), dims);
    }

    private static OnnxDatum<T> Expand(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int[] asked = step.Required(1, "shape");
        return step.Broadcast(x, OnnxMap.Together(x.Dims, asked) ?? throw step.Shape("shapes that broadcast", x.Dims, asked));
    }

    private static OnnxDatum<T> Tile(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int[] repeats = step.Required(1, "repeats");
        if (repeats.Length != x.Dims.Length || repeats.Any(times => times < 0)) throw step.Shape("repeats for each axis", repeats, x.Dims);
        step.Require(x, [.. x.Dims.Zip(repeats, (length, times) => Fitting((long)length * times))]);
        return step.Pick(x, [.. x.Dims.Zip(repeats, (length, times) => Enumerable.Range(0, length * times).Select(n => n % length).ToArray())]);
    }

    // A length that may be too large: the count of numbers says so.
    private static int Fitting(long length) => (int)Math.Clamp(length, 0, int.MaxValue);

    private static OnnxDatum<T> Pad(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int[] pads = step.Ints(1, "pads") ?? throw step.Node.Bad("pads", "integers", "none");
        double fill = step.Has(2) ? step.Number(2) : step.Node.Float("value", 0);
        int[] axes = step.Has(3) ? [.. step.Ints(3, "axes")!.Select(axis => step.Axis(axis, x.Dims.Length))] : OnnxMap.All(x.Dims.Length);
        if (pads.Length != 2 * axes.Length) throw step.Shape("two pads for each axis", pads, x.Dims);
        string mode = step.Node.Text("mode", "constant");
        if (mode is not ("constant" or "edge" or "reflect")) throw step.Node.Bad("mode", "constant, edge or reflect", mode);
        int[][] positions = Positions(x);
        int[] dims = [.. x.Dims];
        foreach ((int n, int axis) in axes.Index()) dims[axis] = Fitting((long)pads[n] + x.Dims[axis] + pads[axes.Length + n]);
        step.Require(x, dims);
        foreach ((int n, int axis) in axes.Index())
        {
            int length = x.Dims[axis];
            positions[axis] = [.. Enumerable.Range(-pads[n], dims[axis]).Select(at => mode switch
            {
                _ when at >= 0 && at < length => at,
                "edge" when length > 0 => Math.Clamp(at, 0, length - 1),
                "reflect" when Math.Abs(at < 0 ? at : at - length + 1) < length => at < 0 ? -at : (2 * (length - 1)) - at,
                "reflect" or "edge" => throw step.Shape("pads below the length of their axis", pads, x.Dims),
                _ => -1,
            })];
        }

        return step.Pick(x, positions, fill);
    }

    private static OnnxDatum<T> Where(OnnxStep<T> step)
    {
        OnnxDatum<T> condition = step.In(0), a = step.In(1), b = step.In(2);
        int[]? dims = OnnxMap.Together(a.Dims, b.Dims);
        dims = dims is null ? null : OnnxMap.Together(dims, condition.Dims);
        if (dims is null) throw step.Shape("shapes that broadcast", condition.Dims, a.Dims, b.Dims);
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
        if (!fits || chosen.Any(one => one < 0 || one >= length)) throw step.Shape($"indexes from {-length} to {length - 1}", at.Dims, x.Dims);
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
        if (at.Dims.Length == 0 || at.Dims[^1] == 0 || at.Dims[^1] > x.Dims.Length) throw step.Shape("indexes of leading axes", at.Dims, x.Dims);
        int depth = at.Dims[^1], size = OnnxMap.Count(x.Dims.AsSpan(depth)), count = OnnxMap.Count(x.Dims);
        int[] strides = OnnxMap.Strides(x.Dims), index = OnnxMap.All(count);
        byte[] source = new byte[count];
        double[] numbers = at.Numbers.Values;
        if (OnnxMap.Count(updates.Dims) != (long)(numbers.Length / depth) * size) throw step.Shape("an update for each index", updates.Dims, at.Dims);
        for (int row = 0; row < numbers.Length / depth; row++)
        {
            int start = 0;
            for (int k = 0; k < depth; k++)
            {
                double position = numbers[(row * depth) + k];
                if (position < 0) position += x.Dims[k];
                if (!(position >= 0 && position < x.Dims[k])) throw step.Shape($"indexes below {x.Dims[k]}", at.Dims);
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
        int batchAxis = step.Axis(step.Node.Int("batch_axis", 1), x.Dims.Length), timeAxis = step.Axis(step.Node.Int("time_axis", 0), x.Dims.Length);
        double[] lengths = step.In(1).Numbers.Values;
        if (lengths.Length != x.Dims[batchAxis] || lengths.Any(length => length < 0 || length > x.Dims[timeAxis]))
            throw step.Shape("a length for each sequence", [.. lengths.Select(length => (int)length)], x.Dims);
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
