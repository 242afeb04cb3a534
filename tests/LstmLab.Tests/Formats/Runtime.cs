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
}
