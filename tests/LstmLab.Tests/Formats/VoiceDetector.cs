using System.Numerics.Tensors;
using LstmLab.Formats;
using LstmLab.Tests.Layers;

namespace LstmLab.Tests.Formats;

/// <summary>Silero's voice detector, a file of others with branches, convolutions and an LSTM whose state goes in and out: what its
/// nodes are, whether its state is carried, and whether the check names a state that is not.</summary>
internal static class VoiceDetector
{
    // A window of 512 samples and the 64 before it, at 16 kHz.
    private const int Samples = 576, Windows = 6;

    /// <summary>Checks a file.</summary>
    /// <returns>Whether all is as it should be.</returns>
    public static bool Check(string path)
    {
        IReadOnlyList<OnnxRecurrentNode> nodes = Onnx.Recurrent(path);
        foreach (OnnxRecurrentNode node in nodes) Console.WriteLine(node);
        Recurrent<float> lstm = nodes[0].Open<float>();
        Tensor<float> features = Make.Normal<float>(1, Windows, 1, lstm.InputWidth!.Value);
        float[] whole = lstm.Forward(features, Pass.Predict).ToArray();
        RecurrentStream<float> stream = lstm.Stream();
        int width = lstm.InputWidth!.Value;
        float[] numbers = features.ToArray();
        float[] steps = [.. Enumerable.Range(0, Windows).SelectMany(t =>
            stream.Step(Tensors.Of(numbers[(t * width)..((t + 1) * width)], 1, width)).ToArray())];
        bool streams = steps.SequenceEqual(whole);
        Console.WriteLine($"its LSTM alone, streamed: {(streams ? "the bits of the whole" : "NOT the whole")}");

        OnnxModel<float> model = (OnnxModel<float>)Onnx.Load<float>(path);
        Tensor<float> sound = Make.Normal<float>(2, Windows, 1, Samples);
        Tensor<float>[] silence = [Tensors.Zeros<float>(2, 1, 128)];
        StateReport carried = StateCheck.Run(Call, sound, silence);
        Console.WriteLine(carried.Verdict);
        StateReport forgotten = StateCheck.Run(() => chunk => Call(chunk, silence).Y, sound, Call, silence);
        Console.WriteLine(forgotten.Verdict);
        string difference = GraphReport.Line(path).Split('\t')[2];
        Console.WriteLine($"largest difference to ONNX Runtime: {difference}");
        return streams && carried.Passed && !forgotten.Passed
            && double.TryParse(difference, System.Globalization.CultureInfo.InvariantCulture, out double error) && error < 1e-4;

        (Tensor<float> Y, IReadOnlyList<Tensor<float>> States) Call(Tensor<float> chunk, IReadOnlyList<Tensor<float>> states)
        {
            List<float> answers = [];
            Tensor<float> state = states[0];
            for (int t = 0; t < chunk.Lengths[0]; t++)
            {
                Dictionary<string, Tensor<float>> inputs = new()
                {
                    ["input"] = Tensors.Of(chunk.ToArray()[(t * Samples)..((t + 1) * Samples)], 1, Samples),
                    ["state"] = state,
                };
                if (model.Inputs.Any(port => port.Name == "sr")) inputs["sr"] = Tensors.Fill(_ => 16000f, 1);
                IReadOnlyDictionary<string, Tensor<float>> outputs = model.Run(inputs);
                answers.AddRange(outputs["output"].ToArray());
                state = outputs["stateN"];
            }

            return (Tensors.Of([.. answers], answers.Count, 1, 1), [state]);
        }
    }
}
