using LstmLab.Benchmarks.Comparing;
using LstmLab.Benchmarks.Contestants;

namespace LstmLab.Benchmarks.Scaling;

/// <summary>One setting of which a training step is measured.</summary>
/// <param name="Sweep">What grows: T, B, H, layers, or H by another cell's code.</param>
/// <param name="Cell">LSTM, GRU or Elman.</param>
/// <param name="Code">Kernels, as <see cref="Lstm{T}"/> and <see cref="Gru{T}"/> run, or equations, as <see cref="CellLayer{T}"/> does.</param>
/// <param name="I">Inputs.</param>
/// <param name="H">Units.</param>
/// <param name="B">Sequences.</param>
/// <param name="T">Steps.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Recompute">Whether only every √T-th state is kept.</param>
internal sealed record Point(string Sweep, string Cell, Code Code, int I, int H, int B, int T, int Layers = 1, int Threads = 1, bool Recompute = false)
{
    /// <summary>Each quantity in turn, the others fixed; beside H, threads and cells.</summary>
    public static IReadOnlyList<Point> All { get; } =
    [
        .. Doubled(8, 1024).SelectMany(T => new[] { false, true }, (T, recompute) => new Point("T", "LSTM", Code.Kernels, 8, 64, 16, T, Recompute: recompute)),
        .. Doubled(1, 128).Select(B => new Point("B", "LSTM", Code.Kernels, 8, 64, B, 32)),
        .. Doubled(4, 1024).SelectMany(H => new[] { 1, 2 }, (H, threads) => new Point("H", "LSTM", Code.Kernels, 8, H, 32, 32, Threads: threads)),
        .. Doubled(4, 1024).Select(H => new Point("H", "GRU", Code.Kernels, 8, H, 32, 32)),
        .. Doubled(1, 8).Select(layers => new Point("layers", "LSTM", Code.Kernels, 64, 64, 16, 32, Layers: layers)),
        .. Doubled(16, 128).SelectMany(H => new[] { "LSTM", "GRU", "Elman" }, (H, cell) => new Point("equations", cell, Code.Equations, 8, H, 4, 16)),
    ];

    /// <summary>The median time of a training step.</summary>
    public double Seconds()
    {
        using LstmLabContestant contestant = New();
        return Clock.Measure(contestant.Train).Seconds;
    }

    /// <summary>What a forward pass keeps for the way back beyond what one step needs: all it allocates but the outputs, less the same for T = 1.</summary>
    public long KeptBytes() => ForwardBytes() - (this with { T = 1 }).ForwardBytes() - ((T - 1L) * B * H * sizeof(float));

    private static IEnumerable<int> Doubled(int from, int to)
    {
        for (int value = from; value <= to; value *= 2) yield return value;
    }

    private long ForwardBytes()
    {
        using LstmLabContestant contestant = New();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        contestant.Forward();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private LstmLabContestant New()
    {
        LstmLab.Threads.Count = Threads;
        return new(new Problem(new Shape("", Sweep, I, H, B, T)), Layer());
    }

    private Recurrent<float> Layer() => (Code, Cell) switch
    {
        (Code.Kernels, "LSTM") => new Lstm<float>(I, H, Layers) { Recompute = Recompute },
        (Code.Kernels, "GRU") => new Gru<float>(I, H, Layers) { Recompute = Recompute },
        (Code.Equations, "LSTM") => new CellLayer<float>(new StandardCell<float>(I, H)),
        (Code.Equations, "GRU") => new CellLayer<float>(new GruCell<float>(I, H)),
        (Code.Equations, "Elman") => new CellLayer<float>(new ElmanCell<float>(I, H)),
        _ => throw new NotSupportedException($"There are no {Code} of {Cell}."),
    };
}

/// <summary>What computes a layer.</summary>
internal enum Code
{
    /// <summary>SIMD.</summary>
    Kernels,

    /// <summary>The readable cells, one step of one sequence at a time.</summary>
    Equations,
}
