using BenchmarkDotNet.Attributes;

namespace LstmLab.Benchmarks.Engine;

/// <summary>One step of a rule on the recurrent weights of a layer.</summary>
[InProcess, MemoryDiagnoser]
public class OptimizerBenchmarks
{
    private Parameter<float>[] _parameters = null!;
    private Optimizer _optimizer = null!;

    [Params("Sgd", "RmsProp", "Adam", "AdamW")]
    public string Rule { get; set; } = "";

    /// <summary>Units of the layer.</summary>
    [Params(32, 512)]
    public int H { get; set; }

    [GlobalSetup]
    public void Load()
    {
        _parameters = [new("weight_hh_l0", ParameterRole.Recurrent, 4 * H, H)];
        RandomStream stream = new(seed: 1, "gradient");
        for (int n = 0; n < _parameters[0].Gradient.Length; n++) _parameters[0].Gradient[n] = (float)stream.NextNormal();
        _optimizer = Rule switch { "Sgd" => new Sgd(0.001), "RmsProp" => new RmsProp(0.001), "Adam" => new Adam(0.001), _ => new AdamW(0.001) };
    }

    [Benchmark]
    public void Step() => _optimizer.Step(_parameters);
}
