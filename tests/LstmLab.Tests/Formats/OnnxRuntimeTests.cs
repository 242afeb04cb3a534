using LstmLab.Formats;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>ONNX Runtime and this library give the same outputs, whoever wrote the file.</summary>
public class OnnxRuntimeTests
{
    [Theory, InlineData(22), InlineData(14)]
    public void Random_models_give_our_outputs_in_ONNX_Runtime_and_come_back_to_the_bit(int opset)
    {
        double largest = 0;
        for (ulong seed = 0; seed < 300; seed++)
        {
            RandomModel random = new(seed);
            byte[] file = OnnxFiles.Of(random.Model, new() { Opset = opset, Input = random.Input, Output = random.Output, Lengths = random.Lengths is not null });
            float[] ours = random.Answer(), theirs = Runtime.Run(file, random.X, random.Lengths)[0];
            double error = OnnxFiles.Error(ours, theirs);
            Assert.True(error <= 1e-6, $"Seed {seed}: {error:0.0e+00}. {random.Text}");
            largest = Math.Max(largest, error);
            Module<float> back = Onnx.Read<float>(new OnnxFile("back", file));
            Assert.Equal(ours, back.Predict(random.X, random.Lengths).ToArray());
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"largest error {largest:0.0e+00}");
    }

    [Fact]
    public void Random_nodes_with_all_attributes_give_the_same_states()
    {
        double largest = 0;
        for (ulong seed = 0; seed < 600; seed++)
        {
            RandomNode node = new(seed);
            Module<float> model = Onnx.Read<float>(new OnnxFile("node", node.Graph.Bytes));
            float[] y = model.Predict(node.X).ToArray();
            State<float> final = ((Recurrent<float>)model.Layers[0]).Final;
            float[][] theirs = Runtime.Run(node.Graph.Bytes, node.X);
            // Written by us, the same node gives the same bits, and ONNX Runtime takes it.
            byte[] written = OnnxFiles.Of(model);
            Assert.Equal(y, Onnx.Read<float>(new OnnxFile("written", written)).Predict(node.X).ToArray());
            Assert.InRange(OnnxFiles.Error(y, Runtime.Run(written, node.X)[0]), 0, node.Limit);

            // Theirs is [T, D, B, H], ours [T, B, D·H].
            int batch = node.X.Length(1);
            float[] turned = new float[y.Length];
            for (int n = 0; n < y.Length; n++) turned[n] = y[(n / (node.H * batch * node.D) * batch * node.D * node.H) + (n / node.H % batch * node.D * node.H) + (n / (node.H * batch) % node.D * node.H) + (n % node.H)];
            foreach ((float[] ours, float[] other) in new[] { turned, final.H.ToArray(), final.C?.ToArray() ?? [] }.Zip(theirs))
            {
                double error = OnnxFiles.Error(ours, other);
                Assert.True(error <= node.Limit, $"Seed {seed}: {error:0.0e+00}. {node.Text}");
                if (node.Limit == 1e-6) largest = Math.Max(largest, error);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"largest error {largest:0.0e+00}");
    }
}

/// <summary>Files in memory, and the error by which answers are compared.</summary>
internal static class OnnxFiles
{
    public static byte[] Of(Module<float> model, OnnxOptions? options = null) => Google.Protobuf.MessageExtensions.ToByteArray(OnnxWriter<float>.Write(model, options ?? new()));

    /// <summary>Largest difference, relative to the largest output, or to 1 below it.</summary>
    public static double Error(float[] ours, float[] theirs)
    {
        Assert.Equal(ours.Length, theirs.Length);
        return ours.Zip(theirs, (a, b) => Math.Abs((double)a - b)).Max() / Math.Max(1, ours.Max(value => Math.Abs((double)value)));
    }
}
