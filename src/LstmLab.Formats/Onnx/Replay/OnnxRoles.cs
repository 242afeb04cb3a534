namespace LstmLab.Formats;

/// <summary>Where time and batch stand among the axes of a value; −1 for an axis that it does not have.</summary>
internal readonly record struct OnnxAxes(int Time, int Batch, int Rank)
{
    /// <summary>Whether sequences are [B, T, ..], where this library has [T, B, ..].</summary>
    public bool IsBatchFirst => Rank >= 3 && Batch == 0 && Time == 1;
}

/// <summary>
/// What inputs and outputs of a graph mean, found by following it from its recurrent nodes: back to the inputs that they read, and on to
/// the outputs.
/// </summary>
internal sealed class OnnxRoles
{
    private readonly Dictionary<string, OnnxNode> _makers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxAxes> _axes = new(StringComparer.Ordinal);
    private readonly Func<string, OnnxArray?> _constant;
    private readonly HashSet<string> _states = new(StringComparer.Ordinal), _lengths = new(StringComparer.Ordinal);

    /// <summary>Follows a graph.</summary>
    /// <param name="nodes">Its nodes.</param>
    /// <param name="constant">A constant by its name; null for another value.</param>
    public OnnxRoles(IReadOnlyList<OnnxNode> nodes, Func<string, OnnxArray?> constant)
    {
        _constant = constant;
        foreach (OnnxNode node in nodes)
            foreach (string output in node.Outputs) _makers.TryAdd(output, node);
        foreach (OnnxNode node in nodes.Where(node => node.Operator is "LSTM" or "GRU" or "RNN"))
        {
            bool batchFirst = node.Int("layout", 0) == 1;
            Back(node.Inputs[0], batchFirst ? new(1, 0, 3) : new(0, 1, 3));
            Mark(node, 4, _lengths);
            Mark(node, 5, _states);
            Mark(node, 6, _states);
        }

        foreach (OnnxNode node in nodes) Forward(node);
    }

    /// <summary>The axes of a value; null where they are not known.</summary>
    public OnnxAxes? this[string name] => _axes.TryGetValue(name, out OnnxAxes axes) ? axes : null;

    /// <summary>Whether an input is an initial state, or goes into one.</summary>
    public bool IsState(string input) => _states.Contains(input);

    /// <summary>Whether an input is the lengths of sequences.</summary>
    public bool IsLengths(string input) => _lengths.Contains(input);

    // All that a recurrent node's optional input is made of by moving numbers.
    private void Mark(OnnxNode node, int n, HashSet<string> names)
    {
        if (n >= node.Inputs.Count || node.Inputs[n].Length == 0) return;
        Stack<string> open = new([node.Inputs[n]]);
        while (open.TryPop(out string? name))
        {
            if (!names.Add(name) || !_makers.TryGetValue(name, out OnnxNode? maker)) continue;
            if (maker.Operator is not ("Slice" or "Split" or "Gather" or "Squeeze" or "Unsqueeze" or "Transpose"
                or "Identity" or "Cast" or "Concat" or "Reshape")) continue;
            foreach (string input in maker.Operator == "Concat" ? maker.Inputs : maker.Inputs.Take(1)) open.Push(input);
        }
    }

    // The axes of what a value is made of.
    private void Back(string name, OnnxAxes axes)
    {
        while (_axes.TryAdd(name, axes) && _makers.TryGetValue(name, out OnnxNode? node) && node.Inputs.Count > 0)
        {
            string first = node.Inputs.FirstOrDefault(input => _constant(input) is null) ?? "";
            switch (node.Operator)
            {
                case "Transpose" when Ints(node, int.MaxValue, "perm") is { } order && order.Length == axes.Rank:
                    axes = axes with { Time = At(order, axes.Time), Batch = At(order, axes.Batch) };
                    break;
                case "Unsqueeze" when Ints(node, 1, "axes") is { } added:
                    axes = Without(axes, added);
                    break;
                case "Squeeze" when Ints(node, 1, "axes") is { } dropped:
                    axes = With(axes, dropped);
                    break;
                case { } reduction when reduction.StartsWith("Reduce", StringComparison.Ordinal) && node.Int("keepdims", 1) == 0:
                    if (Ints(node, 1, "axes") is not { } reduced) return;
                    axes = With(axes, reduced);
                    break;
                case "Gather" when _constant(node.Inputs[0]) is { Dims.Length: 2 }:
                    first = node.Inputs[1];
                    axes = axes with { Rank = axes.Rank - 1 };
                    break;
                case "LSTM" or "GRU" or "RNN" or "Reshape" or "Flatten" or "Shape" or "Gather" or "If":
                    return;
            }

            name = first;
        }

        static int At(int[] order, int axis) => axis < 0 ? -1 : order[axis];
    }

    private void Forward(OnnxNode node)
    {
        if (node.Operator is "LSTM" or "GRU" or "RNN")
        {
            bool batchFirst = node.Int("layout", 0) == 1;
            Set(node, 0, batchFirst ? new(1, 0, 4) : new(0, 2, 4));
            for (int n = 1; n < node.Outputs.Count; n++) Set(node, n, batchFirst ? new(-1, 0, 3) : new(-1, 1, 3));
            return;
        }

        if (node.Operator is "Shape" or "If" or "ConstantOfShape" or "Flatten") return;
        string? known = node.Inputs.FirstOrDefault(_axes.ContainsKey);
        if (known is null) return;
        OnnxAxes? axes = Of(node, _axes[known]);
        for (int n = 0; n < node.Outputs.Count && axes is { } found; n++) Set(node, n, found);
    }

    private OnnxAxes? Of(OnnxNode node, OnnxAxes axes)
    {
        switch (node.Operator)
        {
            case "Transpose":
                int[] order = Ints(node, int.MaxValue, "perm") ?? [.. OnnxMap.All(axes.Rank).Reverse()];
                return order.Length != axes.Rank
                    ? null
                    : axes with { Time = Array.IndexOf(order, axes.Time), Batch = Array.IndexOf(order, axes.Batch) };
            case "Squeeze": return Ints(node, 1, "axes") is { } dropped ? Without(axes, dropped) : null;
            case "Unsqueeze": return Ints(node, 1, "axes") is { } added ? With(axes, added) : null;
            case "Gather":
                if (_constant(node.Inputs[0]) is not null) return axes with { Rank = axes.Rank + 1 };
                return _constant(node.Inputs[1]) is { Dims.Length: 0 } ? Without(axes, [(int)node.Int("axis", 0)])
                    : axes;
            case "Reshape":
                // Leading axes are kept where others are merged or split behind them.
                int rank = _constant(node.Inputs[1])?.Count ?? (axes.Rank == 4 ? 3 : axes.Rank);
                return axes.Time < 2 && axes.Batch < 2 && rank >= 2 ? axes with { Rank = rank } : null;
            case { } name when name.StartsWith("Reduce", StringComparison.Ordinal) || name is "ArgMax" or "ArgMin":
                int[] reduced = Ints(node, 1, "axes") ?? (node.Has("axis") ? [(int)node.Int("axis", 0)] : []);
                if (node.Int("keepdims", 1) == 0) return Without(axes, reduced);
                return axes with { Time = reduced.Any(axis => (axis + axes.Rank) % axes.Rank == axes.Time) ? -1 : axes.Time };
            default: return axes;
        }
    }

    private static OnnxAxes Without(OnnxAxes axes, int[] dropped)
    {
        int[] gone = [.. dropped.Select(axis => axis < 0 ? axis + axes.Rank : axis)];
        int Moved(int axis) => axis < 0 || gone.Contains(axis) ? -1 : axis - gone.Count(other => other < axis);
        return new(Moved(axes.Time), Moved(axes.Batch), axes.Rank - gone.Length);
    }

    private static OnnxAxes With(OnnxAxes axes, int[] added)
    {
        int rank = axes.Rank + added.Length;
        int[] there = [.. added.Select(axis => axis < 0 ? axis + rank : axis)];
        int[] kept = [.. OnnxMap.All(rank).Except(there)];
        int Moved(int axis) => axis < 0 || axis >= kept.Length ? -1 : kept[axis];
        return new(Moved(axes.Time), Moved(axes.Batch), rank);
    }

    private void Set(OnnxNode node, int n, OnnxAxes axes)
    {
        if (n < node.Outputs.Count && node.Outputs[n].Length > 0) _axes.TryAdd(node.Outputs[n], axes);
    }

    private int[]? Ints(OnnxNode node, int n, string attribute)
    {
        if (node.Ints(attribute) is { } listed) return [.. listed.Select(value => (int)Math.Clamp(value, -100, 100))];
        return n < node.Inputs.Count && _constant(node.Inputs[n]) is { } array
            ? [.. array.Values.Select(value => (int)Math.Clamp(value, -100, 100))]
            : null;
    }
}
