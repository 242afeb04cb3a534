using Microsoft.ML.OnnxRuntime;

namespace LstmLab.Tests.Formats;

/// <summary>Runs a file in ONNX Runtime.</summary>
internal static class Runtime
{
    /// <summary>All outputs of a graph with inputs "x" and, where it takes them, "lengths".</summary>
    public static float[][] Run(byte[] model, System.Numerics.Tensors.Tensor<float> x, int[]? lengths = null)
    {
        // One thread: the tests share the machine. Errors alone are logged.
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(model, options);
        long[] dims = [.. x.Lengths.ToArray().Select(length => (long)length)];
        using OrtValue values = session.InputMetadata["x"].ElementType == typeof(long)
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(x.ToArray(), value => (long)value), dims[..2])
            : OrtValue.CreateTensorValueFromMemory(x.ToArray(), dims);
        using OrtValue sizes = OrtValue.CreateTensorValueFromMemory(lengths ?? [], [lengths?.Length ?? 0]);
        Dictionary<string, OrtValue> inputs = new() { ["x"] = values };
        if (lengths is not null) inputs.Add("lengths", sizes);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, inputs, session.OutputNames);
        return [.. outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray())];
    }

    /// <summary>All outputs by name of a graph with several inputs, each with lengths if the graph takes them.</summary>
    public static Dictionary<string, float[]> Run(byte[] model, IReadOnlyList<LstmLab.Input<float>> inputs, params string[] names)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(model, options);
        Dictionary<string, OrtValue> values = [];
        foreach ((int n, LstmLab.Input<float> input) in inputs.Index())
        {
            string name = n < names.Length ? names[n] : n == 0 ? "x" : $"x{n}", lengths = n == 0 ? "lengths" : $"{name}_lengths";
            long[] dims = [.. input.Data.Lengths.ToArray().Select(length => (long)length)];
            values.Add(name, session.InputMetadata[name].ElementType == typeof(long)
                ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(input.Data.ToArray(), value => (long)value), dims[..^1])
                : OrtValue.CreateTensorValueFromMemory(input.Data.ToArray(), dims));
            if (session.InputMetadata.ContainsKey(lengths)) values.Add(lengths, OrtValue.CreateTensorValueFromMemory(input.Lengths!.ToArray(), [input.Lengths!.Count]));
        }

        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, values, session.OutputNames);
        foreach (OrtValue value in values.Values) value.Dispose();
        return session.OutputNames.Zip(outputs).ToDictionary(output => output.First, output => output.Second.GetTensorDataAsSpan<float>().ToArray());
    }
}
