using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Tests.Layers;

/// <summary>Random tensors, states and initialised layers for tests.</summary>
internal static class Make
{
    public static Tensor<T> Normal<T>(ulong seed, params int[] shape) where T : struct, INumberBase<T>
    {
        RandomStream random = new(seed, "test");
        return Tensors.Fill(_ => T.CreateChecked(random.NextNormal()), shape);
    }

    public static Tensor<double> Normal(ulong seed, params int[] shape) => Normal<double>(seed, shape);

    public static State<double> State(ulong seed, int layersTimesDirections, int batch, int output, int? hidden) =>
        new(Normal(seed, layersTimesDirections, batch, output), hidden is { } size ? Normal(seed + 1, layersTimesDirections, batch, size) : null);

    public static TLayer Initialised<TLayer>(TLayer layer, ulong seed = 1) where TLayer : Layer<double>
    {
        layer.Initialize(seed);
        return layer;
    }

    public static Tensor<double> Row(this Tensor<double> x, int b, int steps)
    {
        int width = (int)x.Lengths[2], batch = (int)x.Lengths[1];
        double[] values = x.ToArray();
        return Tensors.Fill(n => values[(((n / width * batch) + b) * width) + (n % width)], steps, 1, width);
    }
}
