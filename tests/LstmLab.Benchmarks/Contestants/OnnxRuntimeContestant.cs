using Microsoft.ML.OnnxRuntime;

namespace LstmLab.Benchmarks.Contestants;

/// <summary>ONNX Runtime on its CPU provider, with all buffers bound once; it runs models and does not train them.</summary>
internal sealed class OnnxRuntimeContestant : IContestant
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string[] _inputNames, _outputNames;
    private readonly OrtValue[][] _inputs, _outputs;
    private readonly float[] _y;
    private int _calls;

    // Its threads may spin, as it does by default: no other contestant is alive meanwhile.
    public OnnxRuntimeContestant(Problem problem, int threads)
    {
        Shape shape = problem.Shape;
        using SessionOptions settings = new() { IntraOpNumThreads = threads, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        _session = new(OnnxModel.Of(problem), settings);
        _y = new float[shape.T * shape.B * shape.H];
        _inputNames = shape.Streams ? ["X", "initial_h", "initial_c"] : ["X"];
        _outputNames = shape.Streams ? ["Y", "Y_h", "Y_c"] : ["Y"];
        // One call reads the states that the call before has written; two sets of them take turns.
        OrtValue y = Value(_y, shape.T, 1, shape.B, shape.H);
        OrtValue[][] states = [.. Enumerable.Range(0, 2).Select(_ => shape.Streams ? new[] { State(shape), State(shape) } : [])];
        _inputs = [.. problem.Inputs.Select((input, n) => new[] { Value(input, shape.T, shape.B, shape.I) }.Concat(states[n % 2]).ToArray())];
        _outputs = [.. problem.Inputs.Select((_, n) => new[] { y }.Concat(states[(n + 1) % 2]).ToArray())];
    }

    public string Version => OrtEnv.Instance().GetVersionString();

    public void Infer()
    {
        int n = _calls++ % _inputs.Length;
        _session.Run(_options, _inputNames, _inputs[n], _outputNames, _outputs[n]);
    }

    public float[] Outputs() => [.. _y];

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private static OrtValue State(Shape shape) => Value(new float[shape.B * shape.H], 1, shape.B, shape.H);

    private static OrtValue Value(float[] values, params long[] shape) => OrtValue.CreateTensorValueFromMemory(values, shape);
}
