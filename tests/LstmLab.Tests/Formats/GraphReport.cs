using System.Globalization;
using System.Numerics.Tensors;
using LstmLab.Formats;
using Microsoft.ML.OnnxRuntime;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace LstmLab.Tests.Formats;

/// <summary>How ONNX files of others open, and how far their outputs are from those of ONNX Runtime: a line for each file.</summary>
internal static class GraphReport
{
    // Lengths of the batch and of the other open axes that are tried until ONNX Runtime takes them.
    private static readonly (int Batch, int Other)[] Sizes = [(2, 7), (1, 7), (1, 64), (1, 100), (1, 1), (3, 320), (1, 1600), (1, 128)];

    /// <summary>File, how it opens (chain, replay or refused), and either the largest difference and the layers, or why it does not
    /// open, separated by tabulators.</summary>
    public static string Line(string path)
    {
        string file = Path.GetFileName(path);
        try
        {
            Module<float> model = Onnx.Load<float>(path);
            string layers = string.Join(", ", model.Layers.GroupBy(layer => layer.Description).Select(one => one.Count() == 1 ? one.Key : $"{one.Count()} × {one.Key}"));
            return string.Join('\t', file, model is OnnxModel<float> ? "replay" : "chain", Difference(path), layers);
        }
        catch (ModelFileException error)
        {
            return string.Join('\t', file, "refused", "", error.Message.Replace(path, file, StringComparison.Ordinal));
        }
    }

    // Relative to the largest output; the file is replayed, also where it opens as a chain, since a replay takes the graph's own shapes.
    private static string Difference(string path)
    {
        OnnxModel<float> model = new(new OnnxFile(path));
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        string last = "";
        try
        {
            using InferenceSession session = new(path, options);
            foreach ((int batch, int other) in Sizes)
            {
                Dictionary<string, OrtValue> theirs = [];
                Dictionary<string, Tensor<float>> ours = [];
                ulong seed = 1;
                foreach ((string name, NodeMetadata port) in session.InputMetadata)
                    (theirs[name], ours[name]) = Values(name, port, batch, other, seed++);
                try
                {
                    using RunOptions run = new();
                    using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, theirs, session.OutputNames);
                    return Largest(model.Run(ours), session.OutputNames.Zip(outputs)).ToString("0.0E+00", CultureInfo.InvariantCulture);
                }
                catch (OnnxRuntimeException error)
                {
                    last = error.Message;
                }
            }
        }
        catch (OnnxRuntimeException error)
        {
            last = error.Message;
        }

        return $"not run by ONNX Runtime: {last.Split('\n')[0]}";
    }

    private static double Largest(IReadOnlyDictionary<string, Tensor<float>> ours, IEnumerable<(string Name, OrtValue Value)> outputs)
    {
        double largest = 0;
        foreach ((string name, OrtValue value) in outputs.Where(output => output.Value.GetTensorTypeAndShape().ElementDataType == TensorElementType.Float))
        {
            float[] expected = value.GetTensorDataAsSpan<float>().ToArray(), found = ours[name].ToArray();
            if (expected.Length != found.Length) return double.PositiveInfinity;
            double scale = Math.Max(1e-3, expected.Max(Math.Abs));
            for (int n = 0; n < found.Length; n++) largest = Math.Max(largest, float.IsNaN(found[n]) ? double.PositiveInfinity : Math.Abs(found[n] - expected[n]) / scale);
        }

        return largest;
    }

    private static (OrtValue Theirs, Tensor<float> Ours) Values(string name, NodeMetadata port, int batch, int other, ulong seed)
    {
        bool isState = name.Contains("state", StringComparison.OrdinalIgnoreCase) || name is "h" or "c" or "h0" or "c0";
        int[] dims = [.. port.Dimensions.Select((length, axis) => length > 0 ? length : axis == (isState ? 1 : 0) ? batch : other)];
        long[] shape = [.. dims.Select(length => (long)length)];
        float[] numbers = Layers.Make.Normal<float>(seed, dims is [] ? [1] : dims).ToArray();
        if (port.ElementType != typeof(float))
        {
            // Class indexes; the rate of a voice detector; lengths.
            numbers = Array.ConvertAll(numbers, value => name == "sr" ? 16000 : dims.Length <= 1 ? other : MathF.Floor(Math.Abs(value) * 2));
        }

        OrtValue theirs = port.ElementType == typeof(float) ? OrtValue.CreateTensorValueFromMemory(numbers, shape)
            : port.ElementType == typeof(double) ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, value => (double)value), shape)
            : port.ElementType == typeof(int) ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, value => (int)value), shape)
            : port.ElementType == typeof(bool) ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, value => value > 0), shape)
            : OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, value => (long)value), shape);
        return (theirs, Tensors.Of(numbers, dims is [] ? [1] : dims));
    }
}
