namespace LstmLab.Formats;

/// <content>Operators that read windows of [N, C, ..]: convolutions and pooling.</content>
internal static partial class OnnxOperations<T>
{
    private static int[] Spatial(OnnxStep<T> step) => [.. OnnxMap.All(step.In().Dims.Length).Skip(2)];

    private static OnnxDatum<T> Convolution(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In(), weight = step.In(1);
        int groups = (int)step.Node.Int("group", 1);
        if (x.Dims.Length < 3 || weight.Dims.Length != x.Dims.Length || groups < 1 || weight.Dims[1] * (long)groups != x.Dims[1]
            || weight.Dims[0] % groups != 0)
            throw Unfitting($"[N, C, ..] and [O, C / {groups}, ..]", x.Dims, weight.Dims);
        OnnxWindows windows = new(step.Node, x.Dims, weight.Dims[2..]);
        (int n, int o, int c) = (x.Dims[0], weight.Dims[0], weight.Dims[1]);
        if (groups == 1 && step.Layer is Dense<T> dense)
        {
            int places = windows.Count;
            OnnxDatum<T> rows = new(dense.Forward(step.Flow(Columns(step, x, windows, groups))));
            return step.Reshape(step.Transpose(step.Reshape(rows, n, places, o), 0, 2, 1), [n, o, .. windows.Dims]);
        }

        OnnxDatum<T> y = Convolved(step, x, weight, windows, groups);
        return step.Has(2) ? step.Pairwise("Add", y, OfChannel(step, step.In(2), y)) : y;
    }

    // A convolution of the input with zeros between its numbers and around them, with the kernel turned around.
    private static OnnxDatum<T> TransposedConvolution(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In(), weight = step.In(1);
        int groups = (int)step.Node.Int("group", 1), axes = x.Dims.Length - 2;
        if (axes < 1 || weight.Dims.Length != x.Dims.Length || weight.Dims[0] != x.Dims[1] || groups < 1 || x.Dims[1] % groups != 0)
            throw Unfitting("[N, C, ..] and [C, O / groups, ..]", x.Dims, weight.Dims);
        if (step.Node.Text("auto_pad", "NOTSET") != "NOTSET" || step.Node.Has("output_shape"))
            throw step.Node.Bad("auto_pad, output_shape", "pads instead", "one of them");
        int[] List(string name, int otherwise, int count) => step.Ints(int.MaxValue, name) ?? [.. Enumerable.Repeat(otherwise, count)];
        int[] strides = List("strides", 1, axes), dilations = List("dilations", 1, axes);
        int[] pads = List("pads", 0, 2 * axes), more = List("output_padding", 0, axes);
        bool fits = strides.Length == axes && dilations.Length == axes && pads.Length == 2 * axes && more.Length == axes
            && pads.Concat(more).All(value => value is >= 0 and <= OnnxWindows.Longest)
            && strides.Concat(dilations).All(value => value is >= 1 and <= OnnxWindows.Longest);
        if (!fits) throw step.Node.Bad("strides, dilations, pads, output_padding", $"lists for {axes} axes", "others");
        _ = OnnxMap.Count([.. x.Dims.Skip(2).Zip(strides, (length, stride) => Fitting((long)length * stride))]);
        int[][] positions = [OnnxMap.All(x.Dims[0]), OnnxMap.All(x.Dims[1]), .. Enumerable.Range(0, axes).Select(axis =>
        {
            int span = dilations[axis] * (weight.Dims[2 + axis] - 1), length = ((x.Dims[2 + axis] - 1) * strides[axis]) + 1;
            int before = span - pads[axis], after = span - pads[axes + axis] + more[axis];
            return Enumerable.Range(-before, Math.Max(0, before + length + after))
                .Select(at => at >= 0 && at < length && at % strides[axis] == 0 ? at / strides[axis] : -1).ToArray();
        })];
        OnnxDatum<T> spread = step.Pick(x, positions);

        // [C, O / G, K..] as [O, C / G, K..] with K backward.
        int ofGroup = weight.Dims[1], inGroup = x.Dims[1] / groups;
        int[] kernel = weight.Dims[2..];
        IEnumerable<int[]> backward = kernel.Select(length => OnnxMap.All(length).Reverse().ToArray());
        OnnxDatum<T> turned = step.Pick(weight, [OnnxMap.All(weight.Dims[0]), OnnxMap.All(ofGroup), .. backward]);
        int[] order = [0, 2, 1, .. OnnxMap.All(axes).Select(axis => axis + 3)];
        turned = step.Transpose(step.Reshape(turned, [groups, inGroup, ofGroup, .. kernel]), order);
        turned = step.Reshape(turned, [groups * ofGroup, inGroup, .. kernel]);
        OnnxWindows windows = new(spread.Dims, kernel, dilations);
        OnnxDatum<T> y = Convolved(step, spread, turned, windows, groups);
        return step.Has(2) ? step.Pairwise("Add", y, OfChannel(step, step.In(2), y)) : y;
    }

    // [G, N·P, C/G·K] times [G, C/G·K, O/G].
    private static OnnxDatum<T> Convolved(OnnxStep<T> step, OnnxDatum<T> x, OnnxDatum<T> weight, OnnxWindows windows, int groups)
    {
        (int n, int o, int places) = (x.Dims[0], weight.Dims[0], windows.Count);
        int width = weight.Dims[1] * windows.KernelCount;
        OnnxDatum<T> columns = Columns(step, x, windows, groups);
        OnnxDatum<T> kernels = step.Transpose(step.Reshape(weight, groups, o / groups, width), 0, 2, 1);
        OnnxDatum<T> product = Product(step, step.Reshape(columns, groups, n * places, width), kernels);
        product = step.Transpose(step.Reshape(product, groups, n, places, o / groups), 1, 0, 3, 2);
        return step.Reshape(product, [n, o, .. windows.Dims]);
    }

    private static OnnxDatum<T> Columns(OnnxStep<T> step, OnnxDatum<T> x, OnnxWindows windows, int groups)
    {
        int count = OnnxMap.Count([x.Dims[0], x.Dims[1], windows.Count, windows.KernelCount]);
        return step.Take(x, [groups, .. windows.Key], count, () => windows.Columns(groups));
    }

    private static OnnxDatum<T> Pool(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int[] kernel = step.Ints(int.MaxValue, "kernel_shape") ?? throw step.Node.Bad("kernel_shape", "lengths", "none");
        if (x.Dims.Length < 3 || kernel.Length != x.Dims.Length - 2)
            throw Unfitting($"[N, C, ..] for a kernel {Tensors.Show(kernel)}", x.Dims);
        OnnxWindows windows = new(step.Node, x.Dims, kernel);
        bool isMax = step.Node.Operator == "MaxPool";
        int count = OnnxMap.Count([x.Dims[0], x.Dims[1], windows.Count, windows.KernelCount]);
        OnnxDatum<T> numbers = step.Take(x, windows.Key, count, () => windows.Rows(isMax ? double.NegativeInfinity : 0));
        int[] last = [x.Dims.Length];
        if (isMax) return step.Reduce("Max", numbers, last, false);
        OnnxDatum<T> sum = step.Reduce("Sum", numbers, last, false);
        double[] counts = windows.Counts(step.Node.Int("count_include_pad", 0) != 0);
        return step.Pairwise("Div", sum, new(new OnnxArray([1, 1, .. windows.Dims], counts)));
    }
}
