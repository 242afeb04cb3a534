namespace LstmLab.Formats;

/// <summary>The windows that a convolution or pooling reads from [N, C, ..]: kernel, strides, dilations and pads of each axis.</summary>
internal sealed class OnnxWindows
{
    /// <summary>Most that a stride, dilation, pad or kernel may be.</summary>
    public const int Longest = 1 << 15;

    private readonly int[] _x, _kernel, _strides, _dilations, _begins, _padded;

    /// <summary>Reads the node's attributes.</summary>
    /// <exception cref="ShapeException">A window does not fit.</exception>
    public OnnxWindows(OnnxNode node, int[] x, int[] kernel)
    {
        int axes = kernel.Length;
        (_x, _kernel) = (x, kernel);
        _strides = List("strides", 1, axes);
        _dilations = List("dilations", 1, axes);
        if (kernel.Any(length => length is < 1 or > Longest))
            throw node.Bad("its kernel", $"lengths from 1 to {Longest}", Tensors.Show(kernel));
        int[] pads = List("pads", 0, 2 * axes);
        string auto = node.Text("auto_pad", "NOTSET");
        bool ceil = node.Int("ceil_mode", 0) != 0;
        _begins = pads[..axes];
        _padded = new int[axes];
        Dims = new int[axes];
        for (int axis = 0; axis < axes; axis++)
        {
            int length = x[2 + axis], span = (_dilations[axis] * (kernel[axis] - 1)) + 1, stride = _strides[axis];
            int before = pads[axis], after = pads[axes + axis];
            if (auto is "SAME_UPPER" or "SAME_LOWER")
            {
                int total = Math.Max(0, ((((length + stride - 1) / stride) - 1) * stride) + span - length);
                before = auto == "SAME_UPPER" ? total / 2 : total - (total / 2);
                after = total - before;
            }

            _begins[axis] = before;
            _padded[axis] = length + after;
            int room = length + before + after - span;
            if (room < 0)
                throw new ShapeException($"expected at least {span - before - after} along axis {2 + axis}, but found {Tensors.Show(x)}.");
            Dims[axis] = ((ceil ? room + stride - 1 : room) / stride) + 1;
            // A window that begins beyond the numbers and the pad before them is left out.
            if (ceil && (Dims[axis] - 1) * stride >= length + before) Dims[axis]--;
        }

        KernelCount = OnnxMap.Count(kernel);
        Count = OnnxMap.Count(Dims);

        int[] List(string name, int otherwise, int count)
        {
            int[] list = node.Ints(name) is { } given
                ? [.. given.Select(value => (int)Math.Clamp(value, -1, int.MaxValue))]
                : [.. Enumerable.Repeat(otherwise, count)];
            return list.Length == count && list.All(value => value >= otherwise && value <= Longest)
                ? list
                : throw node.Bad(name, $"{count} integers from {otherwise} to {Longest}", $"[{string.Join(", ", list.Take(10))}]");
        }
    }

    /// <summary>Windows at each place where one fits.</summary>
    public OnnxWindows(int[] x, int[] kernel, int[] dilations)
    {
        (_x, _kernel, _dilations) = (x, kernel, dilations);
        _strides = [.. kernel.Select(_ => 1)];
        _begins = new int[kernel.Length];
        _padded = x[2..];
        Dims = [.. kernel.Index().Select(axis => x[2 + axis.Index] - (dilations[axis.Index] * (axis.Item - 1)))];
        if (Dims.Any(length => length < 1))
            throw new ShapeException($"expected room for a kernel {Tensors.Show(kernel)}, but found {Tensors.Show(x)}.");
        (KernelCount, Count) = (OnnxMap.Count(kernel), OnnxMap.Count(Dims));
    }

    /// <summary>Lengths of the result's axes after the first two.</summary>
    public int[] Dims { get; }

    /// <summary>P, the number of windows.</summary>
    public int Count { get; }

    /// <summary>K, the number of positions in a window.</summary>
    public int KernelCount { get; }

    /// <summary>What the maps depend on, beside the input's shape.</summary>
    public int[] Key => [.. _kernel, .. _strides, .. _dilations, .. _begins, .. Dims];

    /// <summary>[G, N·P, C/G·K]: the numbers that each output of a convolution reads, channels in groups; without G for one
    /// group.</summary>
    public OnnxMap Columns(int groups)
    {
        int ofGroup = _x[1] / groups;
        int rows = _x[0] * Count, width = ofGroup * KernelCount;
        int[] dims = groups == 1 ? [rows, width] : [groups, rows, width];
        return Map(dims, 0, (n, c, p, k) => (((((((c / ofGroup) * _x[0]) + n) * Count) + p) * ofGroup) + (c % ofGroup)) * KernelCount + k);
    }

    /// <summary>[N, C, P.., K]: the numbers of each window.</summary>
    public OnnxMap Rows(double fill) =>
        Map([_x[0], _x[1], .. Dims, KernelCount], fill, (n, c, p, k) => ((((((n * _x[1]) + c) * Count) + p) * KernelCount) + k));

    /// <summary>How many numbers each window averages; those beyond the pads never count.</summary>
    public double[] Counts(bool withPads)
    {
        double[] counts = new double[Count];
        for (int p = 0; p < Count; p++)
            for (int k = 0; k < KernelCount; k++)
                if (withPads ? IsPadded(p, k) : Offset(p, k) >= 0) counts[p]++;
        return counts;
    }

    private OnnxMap Map(int[] dims, double fill, Func<int, int, int, int, int> place)
    {
        int[] index = new int[OnnxMap.Count(dims)];
        int[] offsets = new int[Count * KernelCount];
        for (int n = 0; n < offsets.Length; n++) offsets[n] = Offset(n / KernelCount, n % KernelCount);
        int size = OnnxMap.Count(_x.AsSpan(2));
        for (int n = 0; n < _x[0]; n++)
        {
            for (int c = 0; c < _x[1]; c++)
            {
                int start = ((n * _x[1]) + c) * size;
                for (int at = 0; at < offsets.Length; at++)
                    index[place(n, c, at / KernelCount, at % KernelCount)] = offsets[at] < 0 ? -1 : start + offsets[at];
            }
        }

        return new(index, dims) { Fill = fill };
    }

    private bool IsPadded(int p, int k)
    {
        for (int axis = _kernel.Length - 1; axis >= 0; axis--)
        {
            if ((p % Dims[axis] * _strides[axis]) + (k % _kernel[axis] * _dilations[axis]) - _begins[axis] >= _padded[axis]) return false;
            p /= Dims[axis];
            k /= _kernel[axis];
        }

        return true;
    }

    // The position within one channel that window p reads at k; −1 in a pad.
    private int Offset(int p, int k)
    {
        int offset = 0, stride = 1;
        for (int axis = _kernel.Length - 1; axis >= 0; axis--)
        {
            int at = (p % Dims[axis] * _strides[axis]) + (k % _kernel[axis] * _dilations[axis]) - _begins[axis];
            if (at < 0 || at >= _x[2 + axis]) return -1;
            offset += at * stride;
            stride *= _x[2 + axis];
            p /= Dims[axis];
            k /= _kernel[axis];
        }

        return offset;
    }
}
