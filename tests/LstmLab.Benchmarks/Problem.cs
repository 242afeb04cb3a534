
namespace LstmLab.Benchmarks;

/// <summary>Weights and data of a shape, the same for every contestant.</summary>
internal sealed class Problem
{
    // Calls of a stream take these inputs in turn.
    private const int StreamedInputs = 64;

    public Problem(Shape shape)
    {
        Shape = shape;
        Inputs = [.. Enumerable.Range(0, shape.Streams ? StreamedInputs : 1).Select(n => Draw("inputs", n, shape.T * shape.B * shape.I, 2))];
        Targets = Draw("targets", 0, shape.T * shape.B * shape.H, 0.5);
        // PyTorch's own range of initial weights.
        double bound = 1 / Math.Sqrt(shape.H);
        Weights = new Dictionary<string, float[]>
        {
            ["weight_ih_l0"] = Draw("weights", 0, 4 * shape.H * shape.I, bound),
            ["weight_hh_l0"] = Draw("weights", 1, 4 * shape.H * shape.H, bound),
            ["bias_ih_l0"] = Draw("weights", 2, 4 * shape.H, bound),
            ["bias_hh_l0"] = Draw("weights", 3, 4 * shape.H, bound),
        };
    }

    public Shape Shape { get; }

    /// <summary>What the calls see in turn, each [T, B, I].</summary>
    public float[][] Inputs { get; }

    /// <summary>[T, B, H].</summary>
    public float[] Targets { get; }

    /// <summary>By PyTorch's names, gates i, f, g, o.</summary>
    public IReadOnlyDictionary<string, float[]> Weights { get; }

    private static float[] Draw(string purpose, int index, int count, double bound)
    {
        RandomStream stream = new(seed: 1, purpose, index);
        float[] values = new float[count];
        for (int n = 0; n < count; n++) values[n] = (float)stream.NextUniform(-bound, bound);
        return values;
    }
}
