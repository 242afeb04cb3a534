namespace LstmLab.Formats;

/// <content>The operators that move, drop and choose axes.</content>
internal sealed partial class OnnxTrace
{
    private OnnxValue Transpose(OnnxNode node)
    {
        OnnxValue value = Any(node, 0);
        int rank = value is OnnxArray array ? array.Dims.Length : Flow(node, 0).Axes.Length;
        long[] perm = node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        if (perm.Length != rank || !perm.Order().SequenceEqual(Enumerable.Range(0, rank).Select(axis => (long)axis)))
            throw node.Bad("perm", $"an order of {rank} axes", $"[{string.Join(", ", perm.Take(MostAxes))}]");
        int[] order = [.. perm.Select(axis => (int)axis)];
        return value is OnnxArray constant
            ? Transpose(node, constant, order)
            : ((OnnxFlow)value).On([.. order.Select(axis => ((OnnxFlow)value).Axes[axis])]);
    }

    private OnnxValue Squeeze(OnnxNode node)
    {
        OnnxValue value = Any(node, 0);
        int rank = value is OnnxArray array ? array.Dims.Length : Flow(node, 0).Axes.Length;
        long[] axes = Integers(node, 1, "axes") ?? throw node.Bad("axes", "which axes", "none");
        int[] dropped = [.. axes.Select(axis => Axis(node, axis, rank))];
        if (value is OnnxArray constant)
        {
            return Reshape(
                node, constant, [.. constant.Dims.Index().Where(one => !dropped.Contains(one.Index)).Select(one => (long)one.Item)]);
        }
        var flow = (OnnxFlow)value;
        foreach (int axis in dropped)
            if (flow.Axes[axis] is not { Length: 1, Role: OnnxAxisRole.One or OnnxAxisRole.Any or OnnxAxisRole.Batch })
                throw node.Bad($"axis {axis}", "length 1", $"{flow.Axes[axis].Role} of length {flow.Axes[axis].Length}");
        return flow.On([.. flow.Axes.Where((_, n) => !dropped.Contains(n))]);
    }

    private OnnxValue Unsqueeze(OnnxNode node)
    {
        OnnxValue value = Any(node, 0);
        if (value is OnnxFill) return value;
        int rank = value is OnnxArray array ? array.Dims.Length : Flow(node, 0).Axes.Length;
        long[] axes = Integers(node, 1, "axes") ?? throw node.Bad("axes", "which axes", "none");
        if (rank + axes.Length > MostAxes) throw node.Bad("axes", $"at most {MostAxes} in total", $"{rank + axes.Length}");
        HashSet<int> added = [.. axes.Select(axis => Axis(node, axis, rank + axes.Length))];
        if (added.Count < axes.Length) throw node.Bad("axes", "axes that differ", "one twice");
        if (value is OnnxArray constant)
        {
            Queue<int> dims = new(constant.Dims);
            return new OnnxArray(
                [.. Enumerable.Range(0, rank + axes.Length).Select(axis => added.Contains(axis) ? 1 : dims.Dequeue())], constant.Values);
        }

        // A new axis of an input may become batch or features: a graph may take [T, I] or [T, B].
        var flow = (OnnxFlow)value;
        bool isInput = flow.Link is OnnxInput;
        Queue<OnnxAxis> old = new(flow.Axes);
        OnnxAxisRole role = isInput ? OnnxAxisRole.Any : OnnxAxisRole.One;
        IEnumerable<int> all = Enumerable.Range(0, rank + axes.Length);
        OnnxAxis[] result = [.. all.Select(axis => added.Contains(axis) ? new OnnxAxis(role, 1) : old.Dequeue())];
        OnnxLink link = flow.Link is OnnxInput input && added.Contains(result.Length - 1) ? input with { Width = 1 } : flow.Link;
        return flow with { Axes = result, Link = link };
    }

    private OnnxValue Reshape(OnnxNode node)
    {
        OnnxValue value = Any(node, 0);
        if (node.Int("allowzero", 0) != 0) throw node.Bad("allowzero", "0", "another");
        if (Any(node, 1) is OnnxSizes)
            return value is OnnxFill ? value : throw node.Bad("its shape", "a constant", "numbers made of a shape");
        long[] target = Integers(node, 1, "shape") ?? throw node.Bad("its shape", "a constant", "none");
        if (value is OnnxArray constant) return Reshape(node, constant, target);
        OnnxFlow flow = Flow(node, 0);
        OnnxAxis[] from = [.. flow.Axes.Where(axis => axis.Role != OnnxAxisRole.One)];
        List<OnnxAxis> result = [];
        int next = 0;
        foreach ((int n, long length) in target.Index())
        {
            OnnxAxis? kept = length == 0 && n < flow.Axes.Length ? flow.Axes[n] : null;
            if (kept is { Role: OnnxAxisRole.One } || (length == 1 && !(next < from.Length && from[next].Length == 1)))
                result.Add(new(OnnxAxisRole.One, 1));
            else if (next < from.Length && (ReferenceEquals(kept, from[next]) || IsLength(from[next], length)
                || IsBothDirections(from, next, length)))
            {
                bool merges = IsBothDirections(from, next, length) && n == target.Length - 1;
                result.Add(merges ? new(OnnxAxisRole.Feature, 2 * from[next + 1].Length) : from[next]);
                next += merges ? 2 : 1;
            }
            else throw NotOurs();
        }

        return next == from.Length && target.Count(length => length == -1) <= 1 ? flow.On([.. result]) : throw NotOurs();

        ModelFileException NotOurs() => node.Bad(
            "its shape", "one that keeps each axis, or puts two directions side by side", $"[{string.Join(", ", target.Take(10))}]");
    }

    private static bool IsLength(OnnxAxis axis, long length) => length != 0 && (length == -1 || length == axis.Length);

    private static bool IsBothDirections(OnnxAxis[] axes, int n, long length) =>
        axes[n].Role == OnnxAxisRole.Direction && n == axes.Length - 2 && axes[n + 1].Role == OnnxAxisRole.Feature
            && (length == -1 || length == 2 * axes[n + 1].Length);

    private OnnxValue Slice(OnnxNode node)
    {
        OnnxValue value = Any(node, 0);
        int rank = value switch { OnnxArray array => array.Dims.Length, OnnxStack => 3, _ => Flow(node, 0).Axes.Length };
        long[]? starts = Integers(node, 1, "starts"), ends = Integers(node, 2, "ends");
        long[]? axes = Integers(node, 3, "axes"), steps = Integers(node, 4, "steps");
        if (starts is not [long start] || ends is not [long end] || axes is not (null or [_]) || steps is not (null or [1]))
            throw node.Bad("its ranges", "one, of one axis, in steps of 1", "others");
        int axis = Axis(node, axes?[0] ?? 0, rank);
        if (value is OnnxArray constant)
        {
            long length = constant.Dims[axis], first = Math.Clamp(start < 0 ? start + length : start, 0, length);
            long last = Math.Clamp(end < 0 ? end + length : end, 0, length);
            return Part(node, constant, axis, (int)first, (int)Math.Max(0, last - first));
        }

        if (value is OnnxStack || ((OnnxFlow)value).Axes[axis].Role == OnnxAxisRole.Direction)
        {
            OnnxFlow[] rows = Rows(node, value, axis);
            int first = (int)Math.Clamp(start < 0 ? start + rows.Length : start, 0, rows.Length);
            int last = (int)Math.Clamp(end < 0 ? end + rows.Length : end, 0, rows.Length);
            return first < last ? Together(node, rows[first..last]) : throw node.Bad("its range", "some rows", "none");
        }

        var flow = (OnnxFlow)value;
        long steps1 = flow.Axes[axis].Length;
        bool toEnd = end >= int.MaxValue || (steps1 >= 0 && end >= steps1);
        if (start == 0 && toEnd) return flow;
        return toEnd && (start == -1 || (steps1 > 0 && start == steps1 - 1))
            ? LastStep(node, flow, axis, keep: true)
            : throw node.Bad("its range", "the last step", $"{start} to {end}");
    }

    private OnnxValue Gather(OnnxNode node)
    {
        OnnxValue value = Any(node, 0);
        long axisAsked = node.Int("axis", 0);
        if (value is OnnxArray table && Value(node, 1) is OnnxFlow { IsIndex: true } indexes)
        {
            if (axisAsked != 0 || table.Dims is not [> 0, > 0]) throw node.Bad("its table", "rows of a matrix", Tensors.Show(table.Dims));
            node.Spend(table.Count);
            return new OnnxFlow(new OnnxEmbedding(indexes.Link, table), [.. indexes.Axes, new(OnnxAxisRole.Feature, table.Dims[1])]);
        }

        OnnxArray index = Constant(node, 1);
        if (index.Count != 1 || index.Dims.Length > 1 || !double.IsInteger(index.Values[0]))
            throw node.Bad("its indexes", "one integer", Tensors.Show(index.Dims));
        (long at, bool keep) = ((long)index.Values[0], index.Dims.Length == 1);
        int rank = value switch { OnnxArray array => array.Dims.Length, OnnxStack => 3, _ => Flow(node, 0).Axes.Length };
        int axis = Axis(node, axisAsked, rank);
        if (value is OnnxArray constant)
        {
            OnnxArray slice = Part(node, constant, axis, Axis(node, at, constant.Dims[axis]), 1);
            return keep
                ? slice
                : Reshape(node, slice, [.. slice.Dims.Index().Where(one => one.Index != axis).Select(one => (long)one.Item)]);
        }

        if (value is OnnxStack || ((OnnxFlow)value).Axes[axis].Role == OnnxAxisRole.Direction)
        {
            OnnxFlow[] rows = Rows(node, value, axis);
            OnnxFlow row = rows[Axis(node, at, rows.Length)];
            return keep ? row.On([new(OnnxAxisRole.One, 1), .. row.Axes]) : row;
        }

        var flow = (OnnxFlow)value;
        if (flow.Axes[axis].Role == OnnxAxisRole.One && at is 0 or -1)
            return keep ? flow : flow.On([.. flow.Axes.Where((_, n) => n != axis)]);
        return at == -1 || (flow.Axes[axis].Length > 0 && at == flow.Axes[axis].Length - 1)
            ? LastStep(node, flow, axis, keep)
            : throw node.Bad("its index", "the last step", $"{at}");
    }

    private OnnxValue Concat(OnnxNode node)
    {
        long axisAsked = node.Int("axis", 0);
        OnnxValue[] parts = [.. Enumerable.Range(0, node.Inputs.Count).Select(n => Any(node, n))];
        if (parts.Length == 0) throw node.Bad("its inputs", "at least one", "none");
        if (parts.All(part => part is OnnxArray))
        {
            OnnxArray[] arrays = [.. parts.Cast<OnnxArray>()];
            return Concat(node, arrays, Axis(node, axisAsked, arrays[0].Dims.Length));
        }

        if (parts is [OnnxFlow { Row: 0, Axes: [var batch, var units] } forward, OnnxFlow { Row: 1, Axes.Length: 2 } backward]
            && ReferenceEquals(forward.Link, backward.Link) && forward.IsCell == backward.IsCell && Axis(node, axisAsked, 2) == 1)
        {
            return forward with { Row = -1, Axes = [batch, new(OnnxAxisRole.Feature, 2 * units.Length)] };
        }

        if (axisAsked is not (0 or -3) || parts.Any(part => part is OnnxArray or OnnxFill or OnnxSizes))
            throw node.Bad("its inputs", "final states, or both directions of a layer in their order", "others");
        return new OnnxStack([.. parts.SelectMany(part => Rows(node, part, 0)).Take(MostStates + 1)]);
    }

    // Final states along the axis of directions, each [B, H].
    private static OnnxFlow[] Rows(OnnxNode node, OnnxValue value, int axis)
    {
        if (value is OnnxStack stack) return axis == 0 ? stack.Rows : throw node.Bad("its axis", "0", $"{axis}");
        if (value is not OnnxFlow { Link: OnnxRecurrence { ReturnSequences: false } link, Axes.Length: 3, Row: -1 } flow
            || flow.Axes[axis].Role is not (OnnxAxisRole.One or OnnxAxisRole.Direction))
        {
            throw node.Bad("its input", "final states [D, B, H]", Kind(value));
        }

        OnnxAxis[] axes = [.. flow.Axes.Where((_, n) => n != axis)];
        int directions = link.Node.Directions;
        return [.. Enumerable.Range(0, directions).Select(d => flow with { Axes = axes, Row = directions == 2 ? d : -1 })];
    }

    private static OnnxValue Together(OnnxNode node, OnnxFlow[] rows)
    {
        if (rows is [{ Row: -1 } one]) return one.On([new(OnnxAxisRole.One, 1), .. one.Axes]);
        bool isBoth = rows is [{ Row: 0 } forward, { Row: 1 } backward] && ReferenceEquals(forward.Link, backward.Link);
        return isBoth ? rows[0] with { Row = -1, Axes = [new(OnnxAxisRole.Direction, 2), .. rows[0].Axes] }
            : rows.Length > 1 ? new OnnxStack(rows) : throw node.Bad("its range", "both directions", "one");
    }

    // The hidden state at the last step of all is the final one where a layer reads forward and all sequences end there.
    private static OnnxFlow LastStep(OnnxNode node, OnnxFlow flow, int axis, bool keep)
    {
        if (flow.Axes[axis].Role != OnnxAxisRole.Time) throw node.Bad("its axis", "time", $"{flow.Axes[axis].Role}".ToLowerInvariant());
        node.Spend(64L * flow.Link.Depth);
        IEnumerable<OnnxAxis> kept = flow.Axes.Where((_, n) => keep || n != axis);
        OnnxAxis[] axes = [.. kept.Select(one => one.Role == OnnxAxisRole.Time ? new(OnnxAxisRole.One, 1) : one)];
        return flow with { Link = Last(flow.Link), Axes = axes };

        OnnxLink Last(OnnxLink link) => link switch
        {
            OnnxRecurrence { ReturnSequences: true, Node.EndsTogether: true } recurrent => recurrent with { ReturnSequences = false },
            OnnxDense dense => new OnnxDense(Last(dense.Input), dense.Weight, dense.IsTransposed, dense.Bias),
            OnnxScale scale => new OnnxScale(Last(scale.Input), scale.Operator, scale.Numbers),
            OnnxFunction function => new OnnxFunction(Last(function.Input), function.Operator),
            _ => throw node.Bad("the last step", "that of a layer that reads forward all sequences to their common end", "another"),
        };
    }
}
