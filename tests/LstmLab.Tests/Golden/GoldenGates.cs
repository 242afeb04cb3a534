using System.Numerics;

namespace LstmLab.Tests.Golden;

/// <summary>Gate blocks of stacked parameters, under the names and orders of other software.</summary>
internal static class GoldenGates
{
    /// <summary>The gradient of one gate's rows; the candidate is "c" or "g".</summary>
    public static T[] Block<T>(Parameter<T> parameter, string gate) where T : struct, INumberBase<T>
    {
        int index = parameter.Gates.ToList().FindIndex(name => name == gate || (name == "g" && gate == "c"));
        return parameter.Gradient.Chunk(parameter.Gradient.Length / parameter.Gates.Count).ElementAt(index);
    }

    /// <summary>Row blocks in ONNX's order i, o, f, c to ours i, f, g, o.</summary>
    public static T[] FromOnnx<T>(T[] blocks) => Reorder(blocks, 0, 2, 3, 1);

    /// <summary>Peepholes in ONNX's order i, o, f to ours i, f, o.</summary>
    public static T[] PeepholesFromOnnx<T>(T[] blocks) => Reorder(blocks, 0, 2, 1);

    private static T[] Reorder<T>(T[] blocks, params int[] order)
    {
        T[][] parts = [.. blocks.Chunk(blocks.Length / order.Length)];
        return [.. order.SelectMany(index => parts[index])];
    }
}
