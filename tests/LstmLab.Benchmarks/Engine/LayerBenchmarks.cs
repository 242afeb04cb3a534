using BenchmarkDotNet.Attributes;
using LstmLab.Benchmarks.Contestants;

namespace LstmLab.Benchmarks.Engine;

/// <summary>Recurrent layers by cell and shape.</summary>
[InProcess, MemoryDiagnoser]
public class LayerBenchmarks
{
    private LstmLabContestant _layer = null!, _stream = null!;

    [Params("LSTM", "GRU")]
    public string Cell { get; set; } = "";

    /// <summary>I, H, B, T.</summary>
    [ParamsSource(nameof(Sizes))]
    public (int I, int H, int B, int T) Size { get; set; }

    public static IEnumerable<(int I, int H, int B, int T)> Sizes => Shape.All.Take(4).Select(shape => (shape.I, shape.H, shape.B, shape.T));

    [GlobalSetup]
    public void Load()
    {
        Shape shape = new("", "", Size.I, Size.H, Size.B, Size.T);
        _layer = Of(shape);
        _stream = Of(shape with { B = 1, T = 1, Streams = true });
    }

    [Benchmark]
    public void TrainingStep() => _layer.Train();

    [Benchmark]
    public void Forward() => _layer.Infer();

    /// <summary>One step of one sequence that goes on.</summary>
    [Benchmark]
    public void StreamingStep() => _stream.Infer();

    private LstmLabContestant Of(Shape shape) => new(new Problem(shape), Cell == "LSTM" ? new Lstm<float>(Size.I, Size.H) : new Gru<float>(Size.I, Size.H));
}
