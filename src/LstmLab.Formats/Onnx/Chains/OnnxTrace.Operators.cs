namespace LstmLab.Formats;

/// <content>The operators with layers behind them, and the dispatch.</content>
internal sealed partial class OnnxTrace
{
    private OnnxValue[] Evaluate(OnnxNode node)
    {
        // Arithmetic on shapes sizes initial states, which are zero or constant: its result is of no interest.
        bool readsSizes = Enumerable.Range(0, Math.Min(node.Inputs.Count, MostAxes)).Any(n => Value(node, n) is OnnxSizes);
        if (readsSizes && node.Operator is not ("ConstantOfShape" or "Expand" or "Reshape"))
        {
            string[] ignored = ["axis", "axes", "to", "starts", "ends"];
            foreach (string name in ignored.Where(node.Has)) node.Skip(name);
            bool isArithmetic = node.Operator is "Gather" or "Unsqueeze" or "Squeeze" or "Concat" or "Cast" or "Slice"
                or "Add" or "Sub" or "Mul" or "Div" or "Identity";
            return isArithmetic ? [new OnnxSizes()]
                : throw node.Bad("its input", "no numbers made of a shape", "them");
        }

        return node.Operator switch
        {
            "LSTM" or "GRU" or "RNN" => Recurrent(node),
            "Gemm" => [Gemm(node)],
            "MatMul" => [MatMul(node)],
            "Add" or "Sub" or "Mul" or "Div" => [Arithmetic(node)],
            "Relu" or "Tanh" or "Sigmoid" => [Function(node)],
            "Softmax" or "LogSoftmax" => [Softmax(node)],
            "Gather" => [Gather(node)],
            "Transpose" => [Transpose(node)],
            "Squeeze" => [Squeeze(node)],
            "Unsqueeze" => [Unsqueeze(node)],
            "Reshape" => [Reshape(node)],
            "Slice" => [Slice(node)],
            "Concat" => [Concat(node)],
            "Identity" => [Any(node, 0)],
            "Dropout" => [Dropout(node)],
            "Cast" => [Cast(node)],
            "Constant" => [ConstantOf(node)],
            "Shape" => [Shape(node)],
            "ConstantOfShape" => [ConstantOfShape(node)],
            "Expand" => [Expand(node)],
            _ => throw node.Bad("its operator", "one that layers of this library compute", "another"),
        };
    }

    private OnnxValue[] Recurrent(OnnxNode node)
    {
        OnnxFlow x = Features(node, Flow(node, 0));
        OnnxValue? lengths = Value(node, 4);
        if (lengths is OnnxFlow { Link: OnnxInput given }) _arguments.Add(given.Name);
        else if (lengths is not (null or OnnxArray)) throw node.Bad("sequence_lens", "a constant or an input of the graph", Kind(lengths));
        int[]? fixedLengths = lengths is OnnxArray constant ? LengthsOf(node, constant) : null;
        OnnxRecurrent recurrent = new(node, n => Optional(node, n), n => InitialState(node, n), fixedLengths)
        {
            EndsTogether = lengths is null && node.Text("direction", "forward") == "forward",
        };
        if (x.Axes.Length != 3) throw node.Bad("X", "three axes", $"{x.Axes.Length}");
        if (x.Link.Width >= 0 && x.Link.Width != recurrent.InputSize)
            throw node.Bad("X", $"{recurrent.InputSize} features, as W has it", $"{x.Link.Width}");
        (int timeAxis, int batchAxis) = recurrent.IsBatchFirst ? (1, 0) : (0, 1);
        Require(node, x.Axes[timeAxis], OnnxAxisRole.Time);
        Require(node, x.Axes[batchAxis], OnnxAxisRole.Batch);
        OnnxAxis time = x.Axes[timeAxis], batch = x.Axes[batchAxis];
        OnnxAxis directions = new(recurrent.Directions == 2 ? OnnxAxisRole.Direction : OnnxAxisRole.One, recurrent.Directions);
        OnnxAxis units = new(OnnxAxisRole.Feature, recurrent.HiddenSize);
        OnnxRecurrence sequences = new(x.Link, recurrent, true), final = new(x.Link, recurrent, false);
        OnnxAxis[] stateAxes = recurrent.IsBatchFirst ? [batch, directions, units] : [directions, batch, units];
        OnnxFlow y = new(sequences, recurrent.IsBatchFirst ? [batch, time, directions, units] : [time, directions, batch, units]);
        OnnxFlow h = new(final, stateAxes);
        return node.Operator == "LSTM" ? [y, h, new OnnxFlow(final, stateAxes, IsCell: true)] : [y, h];
    }

    private OnnxArray? InitialState(OnnxNode node, int n)
    {
        switch (Value(node, n))
        {
            case null: return null;
            case OnnxArray array: return array;
            case OnnxFill fill: return new([], [fill.Value]);
            case OnnxFlow { Link: OnnxInput input }:
                // A caller passes it to Recurrent.Forward; zeros otherwise.
                _arguments.Add(input.Name);
                return null;
            case { } other: throw node.Bad($"input {n}", "a constant, zeros, or an input of the graph", Kind(other));
        }
    }

    private static int[] LengthsOf(OnnxNode node, OnnxArray array)
    {
        node.Spend(array.Count);
        if (array.Dims.Length != 1 || array.Values.Any(value => value is < 0 or > int.MaxValue))
            throw node.Bad("sequence_lens", "[B] lengths from 0 on", "others");
        return [.. array.Values.Select(value => (int)value)];
    }

    private OnnxFlow Gemm(OnnxNode node)
    {
        OnnxFlow x = Features(node, Flow(node, 0));
        OnnxArray weight = Matrix(node, 1);
        bool isTransposed = node.Int("transB", 0) == 0;
        if (node.Int("transA", 0) != 0 || node.Float("alpha", 1) != 1 || node.Float("beta", 1) != 1)
            throw node.Bad("transA, alpha, beta", "0, 1 and 1", "others");
        if (x.Axes.Length != 2) throw node.Bad("input 0", "two axes", $"{x.Axes.Length}");
        OnnxFlow y = Dense(node, x, weight, isTransposed);
        return Optional(node, 2) is { } bias ? y with { Link = (OnnxDense)y.Link with { Bias = Vector(node, bias, y.Link.Width) } } : y;
    }

    private OnnxFlow MatMul(OnnxNode node) => Dense(node, Features(node, Flow(node, 0)), Matrix(node, 1), isTransposed: true);

    private static OnnxFlow Dense(OnnxNode node, OnnxFlow x, OnnxArray weight, bool isTransposed)
    {
        node.Spend(weight.Count);
        int inputs = weight.Dims[isTransposed ? 0 : 1];
        if (x.Link.Width >= 0 && x.Link.Width != inputs)
            throw node.Bad("input 1", $"a matrix for {x.Link.Width} features", $"one for {inputs}");
        OnnxDense link = new(x.Link, weight, isTransposed, null);
        return new(link, [.. x.Axes[..^1], new(OnnxAxisRole.Feature, link.Width)]);
    }

    private OnnxValue Arithmetic(OnnxNode node)
    {
        bool commutes = node.Operator is "Add" or "Mul";
        int flowAt = commutes && Any(node, 0) is OnnxArray ? 1 : 0;
        OnnxFlow x = Features(node, Flow(node, flowAt));
        OnnxArray constant = Constant(node, 1 - flowAt);
        if (x.Axes.Length > 3) throw node.Bad("its input", "two or three axes", $"{x.Axes.Length}");
        double[] numbers = Vector(node, constant, x.Link.Width);
        OnnxLink link = node.Operator == "Add" && x.Link is OnnxDense { Bias: null } dense
            ? dense with { Bias = numbers }
            : new OnnxScale(x.Link, node.Operator, numbers);
        return x with { Link = link };
    }

    // One number for each feature, from [n], [1, n], [1, 1, n] or one number for all.
    private static double[] Vector(OnnxNode node, OnnxArray array, int width)
    {
        if (array.Dims.SkipLast(1).Any(length => length != 1) || array.Count == 0)
            throw node.Bad("its constant", "one number for each feature", Tensors.Show(array.Dims));
        int length = width >= 0 ? width : array.Count;
        node.Spend(length);
        if (array.Count == length) return array.Values;
        return array.Count == 1
            ? [.. Enumerable.Repeat(array.Values[0], length)]
            : throw node.Bad("its constant", $"{length} numbers, one for each feature", $"{array.Count}");
    }

    private OnnxArray Matrix(OnnxNode node, int n) =>
        Constant(node, n) is { Dims: [> 0, > 0] } matrix
            ? matrix
            : throw node.Bad($"input {n}", "a matrix", Tensors.Show(Constant(node, n).Dims));

    // A value whose last axis are features, of all directions side by side.
    private OnnxFlow Function(OnnxNode node)
    {
        OnnxFlow x = Features(node, Flow(node, 0));
        return x with { Link = new OnnxFunction(x.Link, node.Operator) };
    }

    // Opsets below 13 have another axis and another meaning where none is given.
    private OnnxFlow Softmax(OnnxNode node)
    {
        OnnxFlow x = Flow(node, 0);
        if (!node.Has("axis") || Axis(node, node.Int("axis", -1), x.Axes.Length) != x.Axes.Length - 1)
            throw node.Bad("axis", "the last one, and given", node.Has("axis") ? $"{node.Int("axis", -1)}" : "none");
        return Function(node);
    }

    private static OnnxFlow Features(OnnxNode node, OnnxFlow x)
    {
        if (x.IsIndex || x.IsCell || x.Row >= 0 || x.Axes.Length == 0 || x.Axes.Any(axis => axis.Role == OnnxAxisRole.Direction))
            throw node.Bad("its input", "features of all directions side by side", Kind(x));
        Require(node, x.Axes[^1], OnnxAxisRole.Feature);
        return x.Axes.Count(axis => axis.Role == OnnxAxisRole.Feature) == 1
            ? x
            : throw node.Bad("its input", "one axis of features", "two");
    }

    private OnnxValue Dropout(OnnxNode node)
    {
        node.Skip("seed");
        node.Skip("ratio");
        if (Value(node, 2) is { } training && training is not OnnxArray { Count: 1, Values: [0] })
            throw node.Bad("training_mode", "false", "another");
        return Any(node, 0);
    }

    private OnnxValue Cast(OnnxNode node)
    {
        long to = node.Int("to", 0);
        if (Any(node, 0) is OnnxArray numbers) node.Spend(numbers.Count);
        return (Any(node, 0), to) switch
        {
            (OnnxFlow { Link: OnnxInput } input, OnnxArray.Int32 or OnnxArray.Int64) => input with { IsIndex = true },
            (OnnxArray array, OnnxArray.Int32 or OnnxArray.Int64) when array.Values.All(double.IsInteger) => array,
            (OnnxFlow { IsIndex: false } or OnnxArray or OnnxFill, OnnxArray.Float or OnnxArray.Double) => Any(node, 0),
            _ => throw node.Bad("its type", "one that changes no value", $"{to}"),
        };
    }

    private static OnnxArray ConstantOf(OnnxNode node)
    {
        if (node.Attributes != 1) throw node.Bad("its attributes", "one", $"{node.Attributes}");
        if (node.Array("value") is { } array) return array;
        if (node.Has("value_float")) return new([], [node.Float("value_float", 0)]);
        if (node.Has("value_int")) return new([], [node.Int("value_int", 0)]);
        double[] list = node.Ints("value_ints") is { } integers
            ? [.. integers.Select(value => (double)value)]
            : [.. node.Floats("value_floats").Select(value => (double)value)];
        return new([list.Length], list);
    }

    private OnnxSizes Shape(OnnxNode node)
    {
        node.Skip("start");
        node.Skip("end");
        return Any(node, 0) is OnnxArray array
            ? throw node.Bad("its input", "a value that depends on an input", Tensors.Show(array.Dims))
            : new OnnxSizes();
    }

    private OnnxFill ConstantOfShape(OnnxNode node)
    {
        _ = Any(node, 0);
        OnnxArray? value = node.Array("value");
        return value is null or { Count: 1 } ? new(value?.Values[0] ?? 0) : throw node.Bad("value", "one number", $"{value.Count}");
    }

    private OnnxValue Expand(OnnxNode node)
    {
        if (Any(node, 1) is not (OnnxSizes or OnnxArray))
            throw node.Bad("its shape", "a constant or numbers made of a shape", Kind(Any(node, 1)));
        if (Any(node, 0) is OnnxArray numbers) node.Spend(numbers.Count);
        return Any(node, 0) switch
        {
            OnnxFill fill => fill,
            OnnxArray { Count: > 0 } array when array.Values.All(value => value.Equals(array.Values[0])) => new OnnxFill(array.Values[0]),

            // [D, 1, H] for a batch: a layer repeats it.
            OnnxArray { Dims: [_, 1, _] } array => array,
            var other => throw node.Bad("its input", "an initial state that is the same for every sequence", Kind(other)),
        };
    }
}
