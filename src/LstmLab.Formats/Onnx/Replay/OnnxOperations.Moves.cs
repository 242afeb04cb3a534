namespace LstmLab.Formats;

/// <content>Operators that move, repeat and drop numbers.</content>
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
            ?? throw Unfitting($"a shape of {OnnxMap.Count(x.Dims)} numbers, {Tensors.Show(x.Dims)}", asked);
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
        if (axes.Any(axis => x.Dims[axis] != 1)) throw Unfitting($"length 1 at axis {axes.First(axis => x.Dims[axis] != 1)}", x.Dims);
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
        int[] axes = step.Ints(3, "axes") ?? OnnxMap.All(starts.Length);
        int[] steps = step.Has(4) ? step.Required(4, "steps") : [.. starts.Select(_ => 1)];
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
        if (sizes.Length != parts || sizes.Any(length => length < 0) || sizes.Sum(length => (long)length) != x.Dims[axis])
            throw Unfitting($"{x.Dims[axis]} in {parts} parts", sizes);
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
                throw Unfitting($"shapes like {Tensors.Show(first)} but for axis {axis}", part.Dims);
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
        int wrong = Array.FindIndex(chosen, one => one < 0 || one >= length);
        if (wrong >= 0)
            throw new ShapeException($"expected indexes from {-length} to {length - 1}, but found {at.Numbers.Values[wrong]}.");
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
        return step.Broadcast(x, OnnxMap.Together(x.Dims, asked) ?? throw Unfitting("shapes that broadcast", x.Dims, asked));
    }

    private static OnnxDatum<T> Tile(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int[] repeats = step.Required(1, "repeats");
        if (repeats.Length != x.Dims.Length || repeats.Any(times => times < 0)) throw Unfitting("repeats for each axis", repeats, x.Dims);
        step.Require(x, [.. x.Dims.Zip(repeats, (length, times) => Fitting((long)length * times))]);
        int[][] positions = Positions(x);
        foreach ((int axis, int length) in x.Dims.Index())
            positions[axis] = [.. Enumerable.Range(0, length * repeats[axis]).Select(n => n % length)];
        return step.Pick(x, positions);
    }

    // A length that may be too large: the count of numbers says so.
    private static int Fitting(long length) => (int)Math.Clamp(length, 0, int.MaxValue);

    private static OnnxDatum<T> Pad(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int[] pads = step.Ints(1, "pads") ?? throw step.Node.Bad("pads", "integers", "none");
        double fill = step.Has(2) ? step.Number(2) : step.Node.Float("value", 0);
        int[] axes = step.Has(3) ? [.. step.Ints(3, "axes")!.Select(axis => step.Axis(axis, x.Dims.Length))] : OnnxMap.All(x.Dims.Length);
        if (pads.Length != 2 * axes.Length) throw Unfitting("two pads for each axis", pads, x.Dims);
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
                "reflect" or "edge" => throw Unfitting("pads below the length of their axis", pads, x.Dims),
                _ => -1,
            })];
        }

        return step.Pick(x, positions, fill);
    }
}
