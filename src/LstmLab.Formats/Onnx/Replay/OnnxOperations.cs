using System.Numerics;

namespace LstmLab.Formats;

/// <summary>How one operator runs, and the attributes it may have.</summary>
internal sealed record OnnxOperation<T>(Func<OnnxStep<T>, OnnxDatum<T>[]> Run, params string[] Attributes)
    where T : struct, IBinaryFloatingPointIeee754<T>;

/// <summary>The operators that a graph may hold: a function for each. A new operator is one more entry.</summary>
internal static partial class OnnxOperations<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private static readonly string[] Functions =
    [
        "Exp", "Log", "Sqrt", "Neg", "Abs", "Reciprocal", "Erf", "Sign", "Floor", "Ceil", "Round", "Not", "HardSwish", "Softsign",
        "Softplus", "Relu", "Tanh", "Sigmoid",
    ];

    private static readonly string[] FunctionsOfTwo =
    [
        "Add", "Sub", "Mul", "Div", "Pow", "PRelu", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor",
    ];

    private static readonly Dictionary<string, OnnxOperation<T>> Known = new(StringComparer.Ordinal)
    {
        ["Identity"] = One(step => step.In()),
        ["Dropout"] = new(Dropout, "ratio", "seed", "is_test"),
        ["Constant"] = One(
            step => new(ConstantOf(step.Node)), "value", "value_float", "value_floats", "value_int", "value_ints"),
        ["Cast"] = One(step => Cast(step, (int)step.Node.Int("to", OnnxArray.Float)), "to", "saturate"),
        ["CastLike"] = One(step => Cast(step, step.In(1).Kind), "saturate"),
        ["Shape"] = One(Shape, "start", "end"),
        ["Size"] = One(step => Integers(step, [], OnnxMap.Count(step.In().Dims))),
        ["ConstantOfShape"] = One(ConstantOfShape, "value"),
        ["Range"] = One(Range),
        ["Transpose"] = One(Transpose, "perm"),
        ["Reshape"] = One(Reshape, "shape", "allowzero"),
        ["Flatten"] = One(Flatten, "axis"),
        ["Squeeze"] = One(Squeeze, "axes"),
        ["Unsqueeze"] = One(Unsqueeze, "axes"),
        ["Slice"] = One(Slice, "starts", "ends", "axes"),
        ["Split"] = new(Split, "axis", "split", "num_outputs"),
        ["Concat"] = One(Concat, "axis"),
        ["Gather"] = One(Gather, "axis"),
        ["Expand"] = One(Expand),
        ["Tile"] = One(Tile),
        ["Pad"] = One(Pad, "mode", "pads", "value"),
        ["Where"] = One(Where),
        ["GatherElements"] = One(GatherElements, "axis"),
        ["ScatterND"] = One(ScatterND, "reduction"),
        ["ReverseSequence"] = One(ReverseSequence, "batch_axis", "time_axis"),
        ["Clip"] = One(Clip, "min", "max"),
        ["MatMul"] = One(step => MatMul(step, step.In(0), 1)),
        ["Gemm"] = One(Gemm, "alpha", "beta", "transA", "transB"),
        ["Softmax"] = One(step => Softmax(step, () => new Softmax<T>()), "axis"),
        ["LogSoftmax"] = One(step => Softmax(step, () => new LogSoftmax<T>()), "axis"),
        ["ArgMax"] = One(Arg, "axis", "keepdims", "select_last_index"),
        ["ArgMin"] = One(Arg, "axis", "keepdims", "select_last_index"),
        ["Conv"] = One(Convolution, "auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"),
        ["ConvTranspose"] = One(
            TransposedConvolution, "auto_pad", "dilations", "group", "kernel_shape", "output_padding", "output_shape", "pads", "strides"),
        ["MaxPool"] = One(Pool, "auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"),
        ["AveragePool"] = One(Pool, "auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "strides"),
        ["GlobalAveragePool"] = One(step => step.Reduce("Mean", step.In(), Spatial(step), true)),
        ["GlobalMaxPool"] = One(step => step.Reduce("Max", step.In(), Spatial(step), true)),
        ["BatchNormalization"] = One(BatchNormalization, "epsilon", "momentum", "spatial", "training_mode"),
        ["LayerNormalization"] = One(LayerNormalization, "axis", "epsilon", "stash_type"),
        ["InstanceNormalization"] = One(InstanceNormalization, "epsilon"),
        ["LSTM"] = new(
            Recurrent, "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "input_forget", "layout"),
        ["GRU"] = new(
            Recurrent, "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "layout",
            "linear_before_reset"),
        ["RNN"] = new(Recurrent, "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "layout"),
        ["If"] = new(If, "then_branch", "else_branch"),
    };

    static OnnxOperations()
    {
        foreach (string name in Functions)
            Known.Add(name, One(step => step.Elementwise(name, step.In())));
        foreach (string name in new[] { "LeakyRelu", "Elu", "HardSigmoid", "ThresholdedRelu" })
            Known.Add(name, One(step => step.Elementwise(name, step.In(), Number(step, "alpha"), Number(step, "beta")), "alpha", "beta"));
        Known.Add("Selu", One(step => step.Elementwise("Selu", step.In(), Number(step, "alpha"), Number(step, "gamma")), "alpha", "gamma"));
        Known.Add("Gelu", One(Gelu, "approximate"));
        foreach (string name in FunctionsOfTwo)
            Known.Add(name, One(step => step.Pairwise(name, step.In(0), step.In(1))));
        Known.Add("Mod", One(step => step.Pairwise(step.Node.Int("fmod", 0) == 0 ? "Mod" : "Fmod", step.In(0), step.In(1)), "fmod"));
        foreach (string name in new[] { "Max", "Min", "Sum" })
            Known.Add(name, One(step => step.All().Aggregate((sum, next) => step.Pairwise(name, sum, next))));
        foreach (string name in new[] { "Sum", "Mean", "Max", "Min", "Prod", "SumSquare", "L1", "L2" })
            Known.Add($"Reduce{name}", One(step => Reduce(step, name), "axes", "keepdims", "noop_with_empty_axes"));
    }

    /// <summary>How an operator runs; null for one that is not known.</summary>
    public static OnnxOperation<T>? Of(string name) => Known.GetValueOrDefault(name);

    private static OnnxOperation<T> One(Func<OnnxStep<T>, OnnxDatum<T>> run, params string[] attributes) =>
        new(step => [run(step)], attributes);

    private static ShapeException Unfitting(string expected, params int[][] found) => OnnxStep<T>.Unfitting(expected, found);

    private static double? Number(OnnxStep<T> step, string name) => step.Node.Has(name) ? step.Node.Float(name, 0) : null;

    private static OnnxDatum<T> Integers(OnnxStep<T> step, int[] dims, params int[] values)
    {
        step.Scope.Spend(step.Node, values.Length);
        return new(new OnnxArray(dims, [.. values.Select(value => (double)value)]) { Kind = OnnxArray.Int64 });
    }

    private static OnnxArray ConstantOf(OnnxNode node)
    {
        if (node.Array("value") is { } array) return array;
        if (node.Has("value_float")) return new([], [node.Float("value_float", 0)]);
        if (node.Has("value_int")) return new([], [node.Int("value_int", 0)]) { Kind = OnnxArray.Int64 };
        if (node.Ints("value_ints") is { } integers)
            return new([integers.Length], [.. integers.Select(value => (double)value)]) { Kind = OnnxArray.Int64 };
        double[] list = [.. node.Floats("value_floats").Select(value => (double)value)];
        return new([list.Length], list);
    }

    // A model predicts: nothing is dropped.
    private static OnnxDatum<T>[] Dropout(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        if (!step.Wants(1)) return [x];
        double[] mask = new double[OnnxMap.Count(x.Dims)];
        Array.Fill(mask, 1);
        return [x, new(new OnnxArray(x.Dims, mask) { Kind = OnnxArray.Bool })];
    }

    private static OnnxDatum<T> Cast(OnnxStep<T> step, int to)
    {
        OnnxDatum<T> x = step.In();
        bool isFloat = to is OnnxArray.Float or OnnxArray.Double or OnnxArray.Half or OnnxArray.BFloat16;
        if (!isFloat && !OnnxArray.IsInteger(to))
            throw step.Node.Bad("to", "a type of numbers that this library reads", OnnxArray.NameOf(to));
        if (x.Flow is not null && isFloat) return x;
        step.Scope.Spend(step.Node, OnnxMap.Count(x.Dims));
        double[] numbers = x.Numbers.Values;
        if (to == OnnxArray.Bool) numbers = Array.ConvertAll(numbers, value => value == 0 ? 0.0 : 1);
        else if (!isFloat) numbers = Array.ConvertAll(numbers, Math.Truncate);
        return new(new OnnxArray(x.Dims, numbers) { Kind = isFloat ? OnnxArray.Float : to == OnnxArray.Bool ? to : OnnxArray.Int64 });
    }

    private static OnnxDatum<T> Shape(OnnxStep<T> step)
    {
        int[] dims = step.In().Dims;
        int start = Bound((int)step.Node.Int("start", 0), dims.Length), end = Bound((int)step.Node.Int("end", dims.Length), dims.Length);
        int[] part = start < end ? dims[start..end] : [];
        return Integers(step, [part.Length], part);
    }

    private static int Bound(long index, int length) => (int)Math.Clamp(index < 0 ? index + length : index, 0, length);

    private static OnnxDatum<T> ConstantOfShape(OnnxStep<T> step)
    {
        int[] dims = step.Required(0, "shape");
        OnnxArray? value = step.Node.Array("value");
        int count = OnnxMap.Count(dims);
        step.Scope.Spend(step.Node, count);
        double[] numbers = new double[count];
        Array.Fill(numbers, value is { Count: > 0 } ? value.Values[0] : 0);
        return new(new OnnxArray(dims, numbers) { Kind = value?.Kind ?? OnnxArray.Float });
    }

    private static OnnxDatum<T> Range(OnnxStep<T> step)
    {
        double[] bounds = [step.Number(0), step.Number(1), step.Number(2)];
        double count = Math.Max(0, Math.Ceiling((bounds[1] - bounds[0]) / bounds[2]));
        if (!(count <= OnnxMap.MostNumbers)) throw step.Node.Bad("its inputs", "a start, an end and a step that is not 0", "others");
        step.Scope.Spend(step.Node, (long)count);
        double[] numbers = [.. Enumerable.Range(0, (int)count).Select(n => bounds[0] + (n * bounds[2]))];
        return new(new OnnxArray([numbers.Length], numbers) { Kind = step.In().Numbers.Kind });
    }

    private static OnnxDatum<T> Clip(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        OnnxDatum<T>? Limit(int n, string name) => step.Has(n) ? step.In(n)
            : step.Node.Has(name) ? new(new OnnxArray([], [step.Node.Float(name, 0)])) : null;
        if (Limit(1, "min") is { } least) x = step.Pairwise("Max", x, least);
        return Limit(2, "max") is { } most ? step.Pairwise("Min", x, most) : x;
    }

    private static OnnxDatum<T> Gelu(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        bool isExact = step.Node.Text("approximate", "none") == "none";
        if (isExact && x.Flow is not null) return step.Elementwise("Gelu", x);
        if (isExact)
        {
            OnnxDatum<T> error = step.Elementwise("Erf", step.Pairwise("Mul", x, Scalar(Math.Sqrt(0.5))));
            return step.Pairwise("Mul", step.Pairwise("Mul", x, Scalar(0.5)), step.Pairwise("Add", error, Scalar(1)));
        }

        // x σ(2 √(2/π) (x + 0.044715 x³)) is x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
        OnnxDatum<T> cube = step.Pairwise("Mul", x, step.Pairwise("Mul", x, x)), half = Scalar(0.044715);
        OnnxDatum<T> bent = step.Pairwise("Add", x, step.Pairwise("Mul", cube, half));
        OnnxDatum<T> inner = step.Pairwise("Mul", bent, Scalar(2 * Math.Sqrt(2 / Math.PI)));
        return step.Pairwise("Mul", x, step.Elementwise("Sigmoid", inner));
    }

    private static OnnxDatum<T> Scalar(double value) => new(new OnnxArray([], [value]));

    private static OnnxDatum<T> Reduce(OnnxStep<T> step, string name)
    {
        OnnxDatum<T> x = step.In();
        int[]? asked = step.Ints(1, "axes");
        bool none = asked is null or { Length: 0 };
        if (none && step.Node.Int("noop_with_empty_axes", 0) != 0) return x;
        int[] axes = none ? OnnxMap.All(x.Dims.Length) : [.. asked!.Select(axis => step.Axis(axis, x.Dims.Length)).Distinct()];
        bool keep = step.Node.Int("keepdims", 1) != 0;
        if (name == "Prod" && x.Flow is not null)
            throw step.Node.Bad("its input", "a product of constants", "values that depend on an input");
        if (name is "SumSquare" or "L2") x = step.Pairwise("Mul", x, x);
        if (name == "L1") x = step.Elementwise("Abs", x);
        OnnxDatum<T> y = step.Reduce(name is "SumSquare" or "L1" or "L2" ? "Sum" : name, x, axes, keep);
        return name == "L2" ? step.Elementwise("Sqrt", y) : y;
    }

    private static OnnxDatum<T> Arg(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int axis = step.Axis(step.Node.Int("axis", 0), x.Dims.Length), width = x.Dims[axis];
        if (width == 0) throw Unfitting("numbers to choose from", x.Dims);
        if (step.Node.Int("select_last_index", 0) != 0) throw step.Node.Bad("select_last_index", "0", "1");
        int[] order = [.. OnnxMap.All(x.Dims.Length).Where(other => other != axis), axis];
        double[] numbers = step.Transpose(new(x.Numbers), order).Numbers.Values;
        bool isMax = step.Node.Operator == "ArgMax", keep = step.Node.Int("keepdims", 1) != 0;
        int[] found = [.. numbers.Chunk(width).Select(row => Array.IndexOf(row, isMax ? row.Max() : row.Min()))];
        return Integers(step, keep ? [.. x.Dims[..axis], 1, .. x.Dims[(axis + 1)..]] : [.. x.Dims[..axis], .. x.Dims[(axis + 1)..]], found);
    }

    private static OnnxDatum<T>[] If(OnnxStep<T> step)
    {
        OnnxArray condition = step.In().Numbers;
        if (condition.Count != 1) throw Unfitting("one truth value", condition.Dims);
        string name = condition.Values[0] != 0 ? "then_branch" : "else_branch";
        return step.Branches.Single(branch => branch.Name == name).Value.Run(step.Scope);
    }
}
