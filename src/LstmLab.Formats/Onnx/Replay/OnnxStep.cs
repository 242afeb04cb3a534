using System.Numerics;

namespace LstmLab.Formats;

/// <summary>A node that is run, with the layers it uses: the one with weights, and helpers that are made in the first pass and used again
/// in every other.</summary>
internal sealed class OnnxStep<T>(OnnxNode node, int opset) where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);
    private Dictionary<string, List<Layer<T>>>? _helpers;
    private List<(string Name, OnnxPlan<T> Value)>? _branches;
    private OnnxScope<T>? _scope;

    public OnnxNode Node => node;

    /// <summary>Version of ONNX's operators.</summary>
    public int Opset => opset;

    /// <summary>The layer that holds the node's weights; null without.</summary>
    public Layer<T>? Layer { get; set; }

    /// <summary>Which node and input holds the bias of a linear layer; null without one.</summary>
    public (OnnxNode Node, int Input)? Bias { get; set; }

    /// <summary>The shape of a convolution's weights, [O, C, ..].</summary>
    public int[]? Kernel { get; set; }

    /// <summary>The matrix of a linear layer, [O, I], before it was a layer's; null without.</summary>
    public OnnxArray? Weight { get; set; }

    /// <summary>The node's checked recurrent attributes and weights; null for another operator.</summary>
    public OnnxRecurrent? Recurrent { get; set; }

    /// <summary>The branches of If by the attribute's name.</summary>
    public List<(string Name, OnnxPlan<T> Value)> Branches => _branches ??= [];

    public OnnxScope<T> Scope => _scope!;

    /// <summary>Runs the node.</summary>
    /// <returns>Its outputs.</returns>
    public OnnxDatum<T>[] Run(OnnxScope<T> scope)
    {
        _scope = scope;
        _used.Clear();
        try
        {
            return OnnxOperations<T>.Of(node.Operator)!.Run(this);
        }
        catch (ShapeException error)
        {
            throw new ShapeException($"{node.Place}: {error.Message}");
        }
    }

    /// <summary>The next helper of a kind in this run: which kinds a run uses may depend on the shapes of its values.</summary>
    /// <param name="kind">All helpers of a kind do the same.</param>
    /// <param name="make">Makes one when those of the runs before are not enough.</param>
    public TLayer Next<TLayer>(string kind, Func<TLayer> make) where TLayer : Layer<T>
    {
        _helpers ??= new(StringComparer.Ordinal);
        if (!_helpers.TryGetValue(kind, out List<Layer<T>>? made)) _helpers[kind] = made = [];
        int n = _used.GetValueOrDefault(kind);
        if (n == made.Count) made.Add(make());
        _used[kind] = n + 1;
        return (TLayer)made[n];
    }

    /// <summary>The helper that moves numbers of recorded values.</summary>
    public OnnxDatum<T> Moved(Value<T>[] sources, int[] key, Func<OnnxMap> make)
    {
        OnnxTake<T> take = Next("take", () => new OnnxTake<T>());
        Value<T> moved = take.Of(sources, key, make);
        return new(moved, take.IsScalar);
    }

    public bool Has(int n) => n < node.Inputs.Count && node.Inputs[n].Length > 0;

    public bool Wants(int output) => output < node.Outputs.Count && node.Outputs[output].Length > 0;

    /// <summary>An input that must be there.</summary>
    public OnnxDatum<T> In(int n = 0) => Has(n) ? Scope[node, node.Inputs[n]] : throw node.Bad($"input {n}", "a value", "none");

    public OnnxDatum<T>[] All() => [.. Enumerable.Range(0, node.Inputs.Count).Where(Has).Select(In)];

    /// <summary>Integers of an attribute or, in newer opsets, of an input; null without either.</summary>
    public int[]? Ints(int n, string attribute) =>
        node.Ints(attribute) is { } listed ? [.. listed.Select(Whole)] : Has(n) ? [.. In(n).Numbers.Values.Select(Whole)] : null;

    /// <summary>Integers that must be there.</summary>
    public int[] Required(int n, string attribute) => Ints(n, attribute) ?? throw node.Bad(attribute, "integers", "none");

    /// <summary>An input of one number.</summary>
    public double Number(int n) =>
        In(n).Numbers is { Count: 1 } one ? one.Values[0] : throw Unfitting($"one number as input {n}", In(n).Dims);

    public int Axis(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw node.Bad("its axis", $"one from {-rank} to {rank - 1}", $"{axis}");

    /// <summary>An exception for shapes that do not fit.</summary>
    public static ShapeException Unfitting(string expected, params int[][] found) =>
        new($"expected {expected}, but found {string.Join(" and ", found.Select(dims => Tensors.Show(dims)))}.");

    /// <summary>A value as a recorded one: plain numbers become a constant of the pass.</summary>
    public Value<T> Flow(OnnxDatum<T> datum) => datum.Flow ?? Scope.Constant(datum.Numbers);

    /// <summary>The same value, recorded.</summary>
    public OnnxDatum<T> Recorded(OnnxDatum<T> datum) => new(Flow(datum), datum.Dims.Length == 0);

    /// <summary>Moves numbers.</summary>
    /// <param name="x">Where they come from.</param>
    /// <param name="key">All that the map depends on beside the shape of x.</param>
    /// <param name="count">How many numbers the result has.</param>
    /// <param name="make">Makes the map.</param>
    public OnnxDatum<T> Take(OnnxDatum<T> x, int[] key, long count, Func<OnnxMap> make)
    {
        if (x.Flow is { } flow) return Moved([flow], [.. x.Dims, -1, .. key], make);
        Scope.Spend(node, count);
        return new(make().Of(x.Numbers));
    }

    /// <summary>Chosen positions along each axis.</summary>
    public OnnxDatum<T> Pick(OnnxDatum<T> x, int[][] positions, double fill = 0)
    {
        bool isAll = positions.Index().All(one => one.Item.Length == x.Dims[one.Index]
            && one.Item.Index().All(position => position.Index == position.Item));
        if (isAll) return x;
        int[] key = [.. positions.SelectMany(list => list.Append(-2)), BitConverter.SingleToInt32Bits((float)fill)];
        return Take(x, key, OnnxMap.Count([.. positions.Select(list => list.Length)]), () => OnnxMap.Pick(x.Dims, positions, fill));
    }

    public OnnxDatum<T> Transpose(OnnxDatum<T> x, params int[] order) =>
        Take(x, order, OnnxMap.Count(x.Dims), () => OnnxMap.Transpose(x.Dims, order));

    /// <summary>The same numbers in another shape.</summary>
    public OnnxDatum<T> Reshape(OnnxDatum<T> x, params int[] dims)
    {
        int count = OnnxMap.Count(x.Dims);
        if (OnnxMap.Count(dims) != count) throw Unfitting($"a shape of {count} numbers, {Tensors.Show(x.Dims)}", dims);
        if (dims.AsSpan().SequenceEqual(x.Dims)) return x;
        return x.Flow is null
            ? new(new OnnxArray(dims, x.Numbers.Numbers) { Kind = x.Numbers.Kind })
            : Take(x, dims, count, () => new(OnnxMap.All(count), dims));
    }

    /// <summary>A value repeated to a shape, as NumPy broadcasts.</summary>
    public OnnxDatum<T> Broadcast(OnnxDatum<T> x, int[] dims)
    {
        if (dims.AsSpan().SequenceEqual(x.Dims)) return x;
        Require(x, dims);
        int[][] positions = OnnxMap.Repeats(x.Dims, dims) ?? throw Unfitting("shapes that broadcast", x.Dims, dims);
        int[] padded = [.. Enumerable.Repeat(1, dims.Length - x.Dims.Length), .. x.Dims];
        return Pick(Reshape(x, padded), positions);
    }

    /// <summary>Throws when a result is more than a value may hold, or than a file may make of its constants.</summary>
    public void Require(OnnxDatum<T> x, params int[] dims)
    {
        int count = OnnxMap.Count(dims);
        if (x.Flow is null) Scope.Spend(node, count);
    }

    /// <summary>A function of two values, which are broadcast.</summary>
    public OnnxDatum<T> Pairwise(string @operator, OnnxDatum<T> a, OnnxDatum<T> b)
    {
        int[] dims = OnnxMap.Together(a.Dims, b.Dims) ?? throw Unfitting("shapes that broadcast", a.Dims, b.Dims);
        bool isTruth = @operator is "Equal" or "Less" or "LessOrEqual" or "Greater" or "GreaterOrEqual" or "And" or "Or" or "Xor";
        if (isTruth || (a.Flow is null && b.Flow is null))
        {
            bool areIntegers = a.IsInteger && (b.IsInteger || @operator == "Pow");
            OnnxBinary<double> ofConstants = OnnxNumbers<double>.Binary(@operator, areIntegers)!;
            OnnxDatum<T> left = Broadcast(new(a.Numbers), dims), right = Broadcast(new(b.Numbers), dims);
            Scope.Spend(node, OnnxMap.Count(dims));
            double[] numbers = [.. left.Numbers.Values.Zip(right.Numbers.Values, ofConstants.Of)];
            return new(new OnnxArray(dims, numbers) { Kind = isTruth ? OnnxArray.Bool : areIntegers ? OnnxArray.Int64 : OnnxArray.Float });
        }

        // Recorded first: then a constant is turned into a tensor once, and how it is repeated is known from the pass before.
        a = Broadcast(Recorded(a), dims);
        b = Broadcast(Recorded(b), dims);
        OnnxPairwise<T> function = Next(@operator, () => new OnnxPairwise<T>(OnnxNumbers<T>.Binary(@operator, false)!));
        return new(function.Forward(Flow(a), Flow(b)), dims.Length == 0);
    }

    /// <summary>A function of each number.</summary>
    public OnnxDatum<T> Elementwise(string @operator, OnnxDatum<T> x, double? alpha = null, double? beta = null)
    {
        if (x.Flow is { } flow)
        {
            return new(Next<Layer<T>>(@operator, () => @operator switch
            {
                "Relu" => new Relu<T>(),
                "Tanh" => new Tanh<T>(),
                "Sigmoid" => new Sigmoid<T>(),
                "Gelu" => new Gelu<T>(),
                _ => new OnnxElementwise<T>(OnnxNumbers<T>.Unary(@operator, alpha, beta)!),
            }).Forward(flow), x.Dims.Length == 0);
        }

        Scope.Spend(node, OnnxMap.Count(x.Dims));
        OnnxUnary<double> function = OnnxNumbers<double>.Unary(@operator, alpha, beta)
            ?? throw node.Bad("its input", "a value that depends on an input", "a constant");
        return new(new OnnxArray(x.Dims, Array.ConvertAll(x.Numbers.Values, value => function.Of(value))) { Kind = x.Numbers.Kind });
    }

    /// <summary>One number for each row of the given axes.</summary>
    public OnnxDatum<T> Reduce(string kind, OnnxDatum<T> x, int[] axes, bool keep)
    {
        int[] kept = [.. Enumerable.Range(0, x.Dims.Length).Except(axes)];
        int[] dims = keep
            ? [.. x.Dims.Select((length, axis) => axes.Contains(axis) ? 1 : length)]
            : [.. x.Dims.Where((_, axis) => !axes.Contains(axis))];
        int[] order = [.. kept, .. axes.Order()];
        OnnxDatum<T> rows = order.AsSpan().SequenceEqual(OnnxMap.All(order.Length)) ? x : Transpose(x, order);
        bool isEmpty = axes.Any(axis => x.Dims[axis] == 0);
        if (isEmpty && (x.Flow is not null || kind is not ("Sum" or "Prod"))) throw Unfitting("axes with numbers to reduce", x.Dims);
        if (rows.Flow is { } flow) return new(Next($"Reduce{kind}", () => new OnnxReduce<T>(kind)).Of(flow, dims), dims.Length == 0);
        int width = axes.Aggregate(1, (product, axis) => product * x.Dims[axis]), count = OnnxMap.Count(dims);
        double[] numbers = rows.Numbers.Values;
        Scope.Spend(node, Math.Max(numbers.Length, count));
        double[] reduced = new double[count];
        for (int n = 0; n < count; n++) reduced[n] = Reduced(kind, numbers[(n * width)..((n + 1) * width)], x.IsInteger);
        return new(new OnnxArray(dims, reduced) { Kind = x.Kind });
    }

    private static double Reduced(string kind, double[] row, bool areIntegers) => kind switch
    {
        "Sum" => row.Sum(),
        "Mean" => areIntegers ? Math.Truncate(row.Average()) : row.Average(),
        "Max" => row.Max(),
        "Prod" => row.Aggregate(1.0, (product, value) => product * value),
        _ => row.Min(),
    };

    private int Whole(double value) => double.IsInteger(value)
        ? (int)Math.Clamp(value, int.MinValue, int.MaxValue)
        : throw node.Bad("its integers", "integers", $"{value}");

    private int Whole(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);
}
