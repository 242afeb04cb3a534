namespace LstmLab.Benchmarks;

/// <summary>What is measured: an LSTM of one layer at work.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Use">What such a network is for.</param>
/// <param name="I">Inputs.</param>
/// <param name="H">Units.</param>
/// <param name="B">Sequences.</param>
/// <param name="T">Steps.</param>
/// <param name="Streams">Whether one call is one step that goes on from the state of the call before.</param>
internal sealed record Shape(string Name, string Use, int I, int H, int B, int T, bool Streams = false)
{
    public static IReadOnlyList<Shape> All { get; } =
    [
        new("a", "toy", 1, 2, 1, 1),
        new("b", "gate", 4, 4, 1, 1),
        new("c", "small", 1, 32, 32, 30),
        new("d", "medium", 8, 128, 64, 64),
        new("e", "characters", 64, 512, 64, 100),
        new("f", "large", 256, 1024, 64, 100),
        new("g", "long", 2, 64, 16, 1000),
        new("s32", "stream", 8, 32, 1, 1, Streams: true),
        new("s128", "stream", 8, 128, 1, 1, Streams: true),
        new("s512", "stream", 8, 512, 1, 1, Streams: true),
    ];

    public static Shape Toy => All[0];

    /// <summary>The shape of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Shape Named(string name) => All.FirstOrDefault(shape => shape.Name == name)
        ?? throw new ArgumentException($"there is no shape '{name}'; the shapes are {string.Join(", ", All.Select(shape => shape.Name))}");

    /// <summary>A number of threads in words.</summary>
    public static string Count(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";

    /// <summary>Floating-point operations of the matrix products of a call; a multiply-add counts as two.
    /// <code>
    /// inference  2 · 4H (I + H) B T
    /// training   2 · 4H (2 (I + H) + H) B T      forward, ∂L/∂W and ∂L/∂U, ∂L/∂h; ∂L/∂x is not needed
    /// </code></summary>
    public double Flops(Mode mode) => 2.0 * 4 * H * (mode == Mode.Training ? (2 * (I + H)) + H : I + H) * B * T;

    public override string ToString() => Name;
}

/// <summary>What a call does.</summary>
internal enum Mode
{
    /// <summary>Forward, mean squared error on all hidden states, BPTT, Adam.</summary>
    Training,

    /// <summary>Forward alone; of a shape that streams, the next step.</summary>
    Inference,
}
