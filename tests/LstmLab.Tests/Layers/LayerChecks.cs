using System.Numerics;
using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

/// <summary>What every layer must satisfy: right gradients of all parameters and inputs, float near double, a repeated step without
/// allocation, and bits of a sequence that do not depend on what else is in its batch.</summary>
internal static class LayerChecks
{
    /// <summary>Runs all checks.</summary>
    /// <param name="ofDouble">Makes a module of double.</param>
    /// <param name="ofFloat">Makes the same module of float.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="cuts">Whether a sequence alone is cut to its length, or stays as long as the longest of its batch.</param>
    /// <param name="pass">What the passes are for; by default prediction with gradients.</param>
    public static void Run(
        Func<Module<double>> ofDouble, Func<Module<float>> ofFloat, Input<double>[] inputs, bool cuts = true, Pass? pass = null)
    {
        Pass used = pass ?? Pass.PredictWithGradient;
        Module<double> module = Randomized(ofDouble());
        Tensor<double> y = Forward(module, inputs, used).Data;
        CheckGradients(module, inputs, y, used);
        CheckFloat(module, ofFloat(), inputs, used);
        CheckAllocations(module, inputs, used);
        CheckBatch(module, inputs, cuts, used);
    }

    /// <summary>Random sequences, or rows.</summary>
    public static Input<double> Input(ulong seed, params int[] shape) => new(Make.Normal(seed, shape));

    /// <summary>Random sequences of given lengths.</summary>
    public static Input<double> Input(ulong seed, int[] lengths, params int[] shape) => new(Make.Normal(seed, shape), lengths);

    /// <summary>Asserts that a wrong shape is refused, and that the message names a part of it.</summary>
    public static void Refused(string part, Func<object> call) =>
        Assert.Contains(part, Assert.Throws<ShapeException>(call).Message, StringComparison.Ordinal);

    private static void CheckGradients(Module<double> module, Input<double>[] inputs, Tensor<double> y, Pass pass)
    {
        Tensor<double> target = Make.Normal(99, [.. y.Lengths.ToArray().Select(length => (int)length)]);
        Dataset<double> samples = new(inputs[0].Data, target, inputs[0].Lengths) { More = inputs[1..] };
        GradientReport report = GradientCheck.Run(module, samples, new MeanSquaredError(), pass: pass).RequirePassed();
        Assert.Equal(module.Parameters.Count + inputs.Length, report.Rows.Count);
        Assert.All(report.Rows, row => Assert.True(row.LargestGradient > 1e-4, row.Name));
    }

    private static void CheckFloat(Module<double> module, Module<float> single, Input<double>[] inputs, Pass pass)
    {
        for (int n = 0; n < module.Parameters.Count; n++)
            single.Parameters[n].Set(Array.ConvertAll(module.Parameters[n].Values, value => (float)value));
        Input<float>[] singles = [.. inputs.Select(input => new Input<float>(input.Data.To<double, float>(), input.Lengths))];
        (double[] y, double[][] gradients) = Results(module, inputs, pass);
        (double[] yOfFloat, double[][] gradientsOfFloat) = Results(single, singles, pass);
        AssertNear(y, yOfFloat);
        for (int n = 0; n < gradients.Length; n++) AssertNear(gradients[n], gradientsOfFloat[n]);
    }

    private static void CheckAllocations(Module<double> module, Input<double>[] inputs, Pass pass)
    {
        List<Value<double>> values = [];
        Tensor<double> dY = Make.Normal(98, Shape(Forward(module, inputs, pass).Data));
        for (int n = 0; n < 3; n++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int n = 0; n < 3; n++) Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Step()
        {
            Tape<double> tape = module.BeginTape(pass);
            values.Clear();
            for (int n = 0; n < inputs.Length; n++) values.Add(tape.Input(inputs[n].Data, inputs[n].Lengths, needsGradient: true));
            Value<double> y = module.Forward(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values));
            tape.Backward((y, dY));
        }
    }

    // Sequence b alone has the bits that it has in the batch.
    private static void CheckBatch(Module<double> module, Input<double>[] inputs, bool cuts, Pass pass)
    {
        Value<double> output = Forward(module, inputs, pass);
        Tensor<double> together = output.Data.Copy(), dY = Make.Normal(97, Shape(together));
        int[]? lengths = output.Lengths?.ToArray();
        for (int b = 0; b < together.Lengths[^2]; b++) Clear(dY, b, lengths?[b]);
        output.Tape.Backward((output, dY));
        Tensor<double>[] gradients = [.. output.Tape.Inputs.Select(input => input.Gradient!.Copy())];
        for (int b = 0; b < together.Lengths[^2]; b++)
        {
            Input<double>[] alone = [.. inputs.Select(input => Row(input, b, cuts))];
            Value<double> y = Forward(module, alone, pass);
            Assert.Equal(Cut(together, b, lengths?[b]).ToArray(), Cut(y.Data, 0, lengths?[b]).ToArray());
            y.Tape.Backward((y, Cut(dY, b, (int)(y.Data.Rank == 3 ? y.Data.Lengths[0] : 1))));
            for (int n = 0; n < gradients.Length; n++)
                Assert.Equal(Cut(gradients[n], b, cuts ? inputs[n].Lengths?[b] : null).ToArray(), y.Tape.Inputs[n].Gradient!.ToArray());
        }
    }

    public static Value<T> Forward<T>(Module<T> module, Input<T>[] inputs, Pass pass) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Tape<T> tape = module.BeginTape(pass);
        return module.Forward([.. inputs.Select(input => tape.Input(input.Data, input.Lengths, needsGradient: true))]);
    }

    /// <summary>A module whose parameters are all random, those too that begin at 0 or 1.</summary>
    public static Module<double> Randomized(Module<double> module)
    {
        for (int n = 0; n < module.Parameters.Count; n++)
        {
            Parameter<double> parameter = module.Parameters[n];
            parameter.Set([.. Make.Normal(50 + (ulong)n, parameter.Values.Length).ToArray().Select(value => 0.7 * value)]);
        }

        return module;
    }

    private static (double[] Y, double[][] Gradients) Results<T>(Module<T> module, Input<T>[] inputs, Pass pass)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        module.ClearGradients();
        Value<T> y = Forward(module, inputs, pass);
        double[] numbers = y.Data.To<T, double>().ToArray();
        y.Tape.Backward((y, Make.Normal<T>(96, Shape(y.Data))));
        T[][] ofParameters = [.. module.Parameters.Select(parameter => parameter.Gradient)];
        T[][] ofInputs = [.. y.Tape.Inputs.Select(input => input.Gradient!.ToArray())];
        T[][] gradients = [.. ofParameters, .. ofInputs];
        return (numbers, [.. gradients.Select(gradient => Array.ConvertAll(gradient, double.CreateTruncating))]);
    }

    private static void AssertNear(double[] expected, double[] found)
    {
        double scale = Math.Max(1, expected.Max(Math.Abs));
        Assert.Equal(expected.Length, found.Length);
        for (int n = 0; n < expected.Length; n++) Assert.Equal(expected[n], found[n], 2e-5 * scale);
    }

    private static Input<double> Row(Input<double> input, int b, bool cuts) =>
        new(Cut(input.Data, b, cuts ? input.Lengths?[b] : null), input.Lengths is null ? null : [input.Lengths[b]]);

    // Sequence b of [T, B, I], its first steps alone, as [steps, 1, I]; row b of [B, I] as [1, I].
    private static Tensor<double> Cut(Tensor<double> x, int b, int? steps)
    {
        if (x.Rank == 3) return x.Row(b, steps ?? (int)x.Lengths[0]);
        int width = (int)x.Lengths[1];
        return Tensors.Of(x.ToArray()[(b * width)..((b + 1) * width)], 1, width);
    }

    private static void Clear(Tensor<double> x, int b, int? steps)
    {
        if (x.Rank == 3)
            for (int t = steps ?? (int)x.Lengths[0]; t < x.Lengths[0]; t++)
                for (int n = 0; n < x.Lengths[2]; n++) x[t, b, n] = 0;
    }

    private static int[] Shape<T>(Tensor<T> tensor) => [.. tensor.Lengths.ToArray().Select(length => (int)length)];
}
