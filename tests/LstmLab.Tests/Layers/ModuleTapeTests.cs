using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

/// <summary>A pass that a user begins on the module's tape is one like any other.</summary>
public class ModuleTapeTests
{
    [Fact]
    public void A_pass_begun_on_the_tape_of_a_new_module_has_its_weights()
    {
        Tensor<double> x = Tensors.Fill(k => Math.Sin(k), 4, 2, 3);
        Model<double> byTape = new(seed: 3, new Dense<double>(3, 2)), byPass = new(seed: 3, new Dense<double>(3, 2));
        Tape<double> tape = byTape.Tape.Begin(Pass.PredictWithGradient);
        double[] outputs = byTape.Forward(tape.Input(x)).Data.ToArray();
        Assert.Equal(byPass.Forward(x, Pass.PredictWithGradient).ToArray(), outputs);
        Assert.All(outputs, y => Assert.NotEqual(0, y));
    }
}
