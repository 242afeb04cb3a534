namespace LstmLab.Formats;

/// <content>Operators with weights.</content>
internal static partial class OnnxOperations<T>
{
    private static OnnxDatum<T> MatMul(OnnxStep<T> step, OnnxDatum<T> x, int weight)
    {
        if (step.Layer is Dense<T> dense)
        {
            if (x.Dims is not [.., var width] || width != dense.InputWidth) throw Unfitting($"[.., {dense.InputWidth}]", x.Dims);
            int rows = OnnxMap.Count(x.Dims.AsSpan(0, x.Dims.Length - 1));
            OnnxDatum<T> flat = x.Dims.Length is 2 or 3 ? x : step.Reshape(x, rows, width);
            OnnxDatum<T> y = new(dense.Forward(step.Flow(flat)));
            return step.Reshape(y, [.. x.Dims[..^1], y.Dims[^1]]);
        }

        OnnxDatum<T> other = step.In(weight);
        (int[] a, int[] b) = (x.Dims, other.Dims);
        if (a.Length == 0 || b.Length == 0 || a[^1] != b[b.Length == 1 ? 0 : ^2]) throw Unfitting("[.., M, K] and [.., K, N]", a, b);
        if (a.Length == 1) x = step.Reshape(x, 1, a[0]);
        if (b.Length == 1) other = step.Reshape(other, b[0], 1);
        int[] outer = OnnxMap.Together(x.Dims[..^2], other.Dims[..^2])
            ?? throw Unfitting("shapes that broadcast before the last two axes", a, b);
        x = step.Broadcast(step.Recorded(x), [.. outer, .. x.Dims[^2..]]);
        other = step.Broadcast(step.Recorded(other), [.. outer, .. other.Dims[^2..]]);
        OnnxDatum<T> product = Product(step, x, other);
        int[] rowsOf = a.Length == 1 ? [] : [x.Dims[^2]], columnsOf = b.Length == 1 ? [] : [other.Dims[^1]];
        return step.Reshape(product, [.. outer, .. rowsOf, .. columnsOf]);
    }

    // a [.., M, K] times b [.., K, N].
    private static OnnxDatum<T> Product(OnnxStep<T> step, OnnxDatum<T> a, OnnxDatum<T> b)
    {
        step.Scope.Spend(step.Node, OnnxMap.Count([.. a.Dims[..^1], b.Dims[^1]]));
        return new(step.Next("product", () => new OnnxProduct<T>()).Forward(step.Flow(a), step.Flow(b)));
    }

    private static OnnxDatum<T> Gemm(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        if (x.Dims.Length != 2) throw Unfitting("[M, K]", x.Dims);
        if (step.Node.Int("transA", 0) != 0) x = step.Transpose(x, 1, 0);
        float alpha = step.Node.Float("alpha", 1), beta = step.Node.Float("beta", 1);
        OnnxDatum<T> y;
        if (step.Layer is null)
        {
            OnnxDatum<T> weight = step.In(1);
            if (weight.Dims.Length != 2) throw Unfitting("[K, N]", weight.Dims);
            if (step.Node.Int("transB", 0) != 0) weight = step.Transpose(weight, 1, 0);
            if (x.Dims[1] != weight.Dims[0]) throw Unfitting("[M, K] and [K, N]", x.Dims, weight.Dims);
            y = Product(step, x, weight);
            if (alpha != 1) y = step.Pairwise("Mul", y, Scalar(alpha));
        }
        else
        {
            // α and β are in the layer's weights.
            y = MatMul(step, x, 1);
            if (step.Layer.Parameters.Count > 1) return y;
        }

        if (!step.Has(2)) return y;
        return step.Pairwise("Add", y, beta == 1 ? step.In(2) : step.Pairwise("Mul", step.In(2), Scalar(beta)));
    }

    // Opsets below 13 take all axes from the given one on together.
    private static OnnxDatum<T> Softmax(OnnxStep<T> step, Func<Layer<T>> make)
    {
        OnnxDatum<T> x = step.In();
        int rank = x.Dims.Length, axis = step.Axis(step.Node.Int("axis", step.Opset < 13 ? Math.Min(1, rank - 1) : -1), rank);
        Layer<T> layer = step.Next("softmax", make);
        if (axis == rank - 1) return new(layer.Forward(step.Flow(x)));
        if (step.Opset < 13)
        {
            OnnxDatum<T> rows = step.Reshape(x, OnnxMap.Count(x.Dims.AsSpan(0, axis)), OnnxMap.Count(x.Dims.AsSpan(axis)));
            return step.Reshape(new(layer.Forward(step.Flow(rows))), x.Dims);
        }

        int[] order = OnnxMap.All(rank);
        (order[axis], order[^1]) = (order[^1], order[axis]);
        return step.Transpose(new(layer.Forward(step.Flow(step.Transpose(x, order)))), order);
    }

    private static OnnxDatum<T> LayerNormalization(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        int rank = x.Dims.Length, axis = step.Axis(step.Node.Int("axis", -1), rank);
        if (step.Layer is LayerNorm<T> norm && axis == rank - 1)
        {
            OnnxDatum<T> flat = step.Reshape(x, OnnxMap.Count(x.Dims.AsSpan(0, axis)), x.Dims[axis]);
            return step.Reshape(new(norm.Forward(step.Flow(flat))), x.Dims);
        }

        OnnxDatum<T> y = Standardize(step, x, [.. OnnxMap.All(rank).Skip(axis)]);
        y = step.Pairwise("Mul", y, step.In(1));
        return step.Has(2) ? step.Pairwise("Add", y, step.In(2)) : y;
    }

    private static OnnxDatum<T> InstanceNormalization(OnnxStep<T> step)
    {
        OnnxDatum<T> x = step.In();
        OnnxDatum<T> y = Standardize(step, x, Spatial(step));
        return step.Pairwise("Add", step.Pairwise("Mul", y, OfChannel(step, step.In(1), x)), OfChannel(step, step.In(2), x));
    }

    // (x − mean) / √(variance + ε) over some axes.
    private static OnnxDatum<T> Standardize(OnnxStep<T> step, OnnxDatum<T> x, int[] axes)
    {
        OnnxDatum<T> centered = step.Pairwise("Sub", x, step.Reduce("Mean", x, axes, true));
        OnnxDatum<T> variance = step.Reduce("Mean", step.Pairwise("Mul", centered, centered), axes, true);
        OnnxDatum<T> deviation = step.Elementwise("Sqrt", step.Pairwise("Add", variance, Scalar(step.Node.Float("epsilon", 1e-5f))));
        return step.Pairwise("Div", centered, deviation);
    }

    // With the statistics of training: y = x · scale / √(variance + ε) + (bias − mean · scale / √(variance + ε)).
    private static OnnxDatum<T> BatchNormalization(OnnxStep<T> step)
    {
        if (step.Node.Int("training_mode", 0) != 0) throw step.Node.Bad("training_mode", "0, the statistics in the file", "1");
        if (step.Node.Int("spatial", 1) == 0) throw step.Node.Bad("spatial", "1, statistics of each channel", "0");
        OnnxDatum<T> x = step.In(), scale = step.In(1), bias = step.In(2), mean = step.In(3), variance = step.In(4);
        OnnxDatum<T> deviation = step.Elementwise("Sqrt", step.Pairwise("Add", variance, Scalar(step.Node.Float("epsilon", 1e-5f))));
        OnnxDatum<T> factor = step.Pairwise("Div", scale, deviation);
        OnnxDatum<T> offset = step.Pairwise("Sub", bias, step.Pairwise("Mul", mean, factor));
        return step.Pairwise("Add", step.Pairwise("Mul", x, OfChannel(step, factor, x)), OfChannel(step, offset, x));
    }

    // [C] as [1, C, 1, ..].
    private static OnnxDatum<T> OfChannel(OnnxStep<T> step, OnnxDatum<T> numbers, OnnxDatum<T> x)
    {
        if (x.Dims.Length < 2 || OnnxMap.Count(numbers.Dims) != x.Dims[1]) throw Unfitting("[C] for [N, C, ..]", numbers.Dims, x.Dims);
        return step.Reshape(numbers, [1, x.Dims[1], .. x.Dims.Skip(2).Select(_ => 1)]);
    }

    private static OnnxDatum<T>[] Recurrent(OnnxStep<T> step)
    {
        OnnxRecurrent node = step.Recurrent!;
        Recurrent<T> layer = (Recurrent<T>)step.Layer!;
        OnnxDatum<T> x = step.In();
        if (x.Dims.Length != 3 || x.Dims[2] != node.InputSize)
            throw Unfitting($"three axes, the last of {node.InputSize} features", x.Dims);
        if (node.IsBatchFirst) x = step.Transpose(x, 1, 0, 2);
        (int t, int b, int d, int h) = (x.Dims[0], x.Dims[1], node.Directions, node.HiddenSize);
        Value<T> input = step.Flow(x);
        if (step.Has(4))
        {
            int[] lengths = step.Ints(4, "")!;
            if (lengths.Length != b || lengths.Any(length => length < 0 || length > t))
                throw Unfitting($"{b} lengths from 0 to {t}", lengths);
            OnnxMap Same() => new(OnnxMap.All(OnnxMap.Count(x.Dims)), x.Dims);
            input = step.Next("lengths", () => new OnnxTake<T>()).Of([input], x.Dims, Same, lengths);
        }

        (OnnxDatum<T>? h0, OnnxDatum<T>? c0) = (State(5), node.HasCell ? State(6) : null);
        if ((h0 ?? c0) is not null && node.HasCell)
        {
            h0 ??= new(new OnnxArray([d, b, h], new double[d * b * h]));
            c0 ??= new(new OnnxArray([d, b, h], new double[d * b * h]));
        }

        (Value<T> y, Value<T> hn, Value<T>? cn) =
            layer.ForwardWithStates(input, h0 is null ? null : step.Flow(h0), c0 is null ? null : step.Flow(c0));
        OnnxDatum<T>[] results = [new(y), new(hn), .. cn is null ? Array.Empty<OnnxDatum<T>>() : [new(cn)]];
        for (int n = 0; n < results.Length; n++)
        {
            if (!step.Wants(n)) continue;
            if (n > 0) results[n] = node.IsBatchFirst ? step.Transpose(results[n], 1, 0, 2) : results[n];
            else if (!node.IsBatchFirst && d == 1) results[0] = step.Reshape(results[0], t, 1, b, h);
            else results[0] = step.Transpose(step.Reshape(results[0], t, b, d, h), node.IsBatchFirst ? [1, 0, 2, 3] : [0, 2, 1, 3]);
        }

        return results;

        // [D, B, H]; null for zeros.
        OnnxDatum<T>? State(int n)
        {
            if (!step.Has(n)) return null;
            OnnxDatum<T> state = step.In(n);
            if (state.Flow is null && state.Numbers.Values.All(value => value == 0)) return null;
            int[] expected = node.IsBatchFirst ? [b, d, h] : [d, b, h];
            if (!state.Dims.AsSpan().SequenceEqual(expected)) throw Unfitting($"states {Tensors.Show(expected)}", state.Dims);
            return node.IsBatchFirst ? step.Transpose(state, 1, 0, 2) : state;
        }
    }
}
