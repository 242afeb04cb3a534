using System.Numerics;

namespace LstmLab.Formats;

/// <summary>The input of zeros on which a chain is recorded when nobody gave one.</summary>
internal static class OnnxExample
{
    /// <summary>One sequence, as short as the model takes.</summary>
    /// <exception cref="ArgumentException">The model does not tell the width of its input.</exception>
    public static Input<T> Of<T>(Module<T> model, bool withLengths) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        int width = WidthOf(model) ?? throw new ArgumentException(
            $"{model.GetType().Name.Split('`')[0]} does not tell the shape of its input: pass small examples, "
            + "Onnx.Save(model, path, examples: [new Input<float>(x)]), one for each input.");
        int steps = 1, batch = 1;
        foreach (Conv1d<T> convolution in model.Layers.OfType<Conv1d<T>>().Reverse())
            steps = ((steps - 1) * convolution.Stride) + convolution.KernelSize;
        foreach (OnnxLayer<T> imported in model.Layers.OfType<OnnxLayer<T>>())
        {
            // Lengths and states that came with a graph are of one batch.
            batch = Math.Max(batch, Math.Max(imported.Lengths?.Length ?? 1, imported.Initial?.H.Length(1) ?? 1));
            steps = Math.Max(steps, imported.Lengths?.Max() ?? 1);
        }

        return new(Tensors.Zeros<T>(steps, batch, width), withLengths ? [.. Enumerable.Repeat(steps, batch)] : null);
    }

    // The width of the first layer that has one; those before it keep the width.
    private static int? WidthOf<T>(Module<T> model) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (model is Layer<T> layer) return layer.InputWidth;
        if (model is not Model<T>) return null;
        foreach ((_, Module<T> child) in model.Children)
        {
            int? width = WidthOf(child);
            if (width is not null || child is not Layer<T> { InputWidth: null }) return width;
        }

        return null;
    }
}
