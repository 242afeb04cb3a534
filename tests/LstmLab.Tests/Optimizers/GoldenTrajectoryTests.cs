using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using LstmLab.Backpropagation;
using LstmLab.Equations;
using LstmLab.Losses;
using LstmLab.Numerics;
using LstmLab.Optimizers;
using Xunit;

namespace LstmLab.Tests.Optimizers;

/// <summary>Twenty steps of PyTorch on a small LSTM, followed weight by weight.</summary>
public class GoldenTrajectoryTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-12;

    private static readonly JsonNode File = Read();

    private static readonly Dictionary<string, Setup> Setups = new()
    {
        ["Adam(lr=0.01, betas=(0.9,0.999), eps=1e-8, weight_decay=0)"] = new(new Adam(0.01)),
        ["SGD(lr=0.1, momentum=0.9, dampening=0, nesterov=True)"] = new(new Sgd(0.1, momentum: 0.9, nesterov: true)),
        ["SGD(lr=0.5)"] = new(new Sgd(0.5)),
        ["SGD(lr=0.1, momentum=0.9, dampening=0.1, weight_decay=0.01)"] = new(new Sgd(0.1, momentum: 0.9, dampening: 0.1, weightDecay: 0.01)),
        ["Adam(lr=0.05, amsgrad=True)"] = new(new Adam(0.05, amsgrad: true)),
        ["RMSprop(lr=0.01, alpha=0.9, eps=1e-8, momentum=0.9, centered=True)"] = new(new RmsProp(0.01, alpha: 0.9, momentum: 0.9, centered: true)),
        ["SGD(lr=0.5), loss multiplied by 5, clip_grad_norm_(all params, max_norm=0.25): coef = min(1, max_norm/(total_norm+1e-6))"] =
            new(new Sgd(0.5), Scale: 5, MaxNorm: 0.25),
        ["Adam(lr=0.01), loss x5, clip_grad_norm_ max_norm=0.25"] = new(new Adam(0.01), Scale: 5, MaxNorm: 0.25),
        ["Adam(lr=0.02)+StepLR(step_size=5,gamma=0.5), scheduler stepped after each optimizer step"] = new(new Adam(0.02), Schedule: new StepDecay(5, 0.5)),
    };

    public static TheoryData<string> Runs => [.. File["runs"]!.AsArray().Select(run => (string)run!["name"]!)];

    [Theory]
    [MemberData(nameof(Runs))]
    public void Twenty_steps_agree_with_PyTorch(string name)
    {
        JsonNode run = File["runs"]!.AsArray().Single(run => (string)run!["name"]! == name)!;
        Setup setup = Setups[(string)run["config"]!];
        Net net = new();
        double[] losses = Numbers(run["loss_before_each_step"]!), norms = Numbers(run["grad_norm_before_clip_each_step"]!), rates = Numbers(run["lr_each_step"]!);
        double lossError = 0, normError = 0, weightError = 0, learningRate = setup.Optimizer.LearningRate;
        ClipByNorm clipping = new(setup.MaxNorm);
        setup.Optimizer.Reset();
        for (int step = 0; step < losses.Length; step++)
        {
            setup.Optimizer.LearningRate = learningRate * (setup.Schedule?.Factor(step) ?? 1);
            Assert.Equal(rates[step], setup.Optimizer.LearningRate, 1e-16);
            lossError = Math.Max(lossError, Error(losses[step], net.Pass(setup.Scale)));
            if (step == 0 && run["first_step"]?["grad_raw"] is JsonNode raw) weightError = Math.Max(weightError, net.Largest(raw, parameter => parameter.Gradient));
            normError = Math.Max(normError, Error(norms[step], clipping.Apply(net.Parameters)));
            if (step == 0 && run["first_step"]?["grad_used"] is JsonNode used) weightError = Math.Max(weightError, net.Largest(used, parameter => parameter.Gradient));
            setup.Optimizer.Step(net.Parameters);
            if (run["weights_after_step"]?[$"{step + 1}"] is JsonNode weights) weightError = Math.Max(weightError, net.Largest(weights, parameter => parameter.Values));
        }

        setup.Optimizer.LearningRate = learningRate;
        weightError = Math.Max(weightError, net.Largest(run["final_weights"]!, parameter => parameter.Values));
        lossError = Math.Max(lossError, Error((double)run["loss_after_last"]!, net.Pass(setup.Scale)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: loss {lossError:0.0E+00}, gradient norm {normError:0.0E+00}, weights {weightError:0.0E+00}"));
        Assert.Equal(losses.Length, setup.Optimizer.StepCount);
        Assert.InRange(lossError, 0, Tolerance);
        Assert.InRange(normError, 0, Tolerance);
        Assert.InRange(weightError, 0, Tolerance);
    }

    [Fact]
    public void Every_run_has_its_setup()
    {
        Assert.Equal(9, Runs.Count);
        Assert.Equal(Setups.Keys.Order(), File["runs"]!.AsArray().Select(run => (string)run!["config"]!).Order());
    }

    private static double Error(double expected, double found) => Math.Abs(found - expected) / Math.Max(1, Math.Abs(expected));

    private static double[] Numbers(JsonNode node) =>
        node is JsonArray array ? [.. array.SelectMany(entry => Numbers(entry!))] : [(double)node];

    private static JsonNode Read()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !root.EnumerateFiles("LstmLab.sln").Any()) root = root.Parent;
        return JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(root!.FullName, "tests", "LstmLab.Tests", "Golden", "optimizer_trajectories.json")))!;
    }

    private sealed record Setup(Optimizer Optimizer, double Scale = 1, double MaxNorm = double.PositiveInfinity, Schedule? Schedule = null);

    /// <summary>LSTM(2→4) and Linear(4→1) on every step, with PyTorch's two biases.</summary>
    private sealed class Net
    {
        private readonly Bptt<double> _bptt = new(new StandardCell<double>(2, 4));
        private readonly Tensor<double> _x = TimeMajor("x", 2), _y = TimeMajor("y", 1);
        private readonly Parameter<double> _biasInput = new("rnn.bias_ih_l0", ParameterRole.Bias, 16), _biasHidden = new("rnn.bias_hh_l0", ParameterRole.Bias, 16);
        private readonly Parameter<double> _weight = new("fc.weight", ParameterRole.Input, 1, 4), _bias = new("fc.bias", ParameterRole.Bias, 1);

        public Net()
        {
            Parameters = [_bptt.Cell.W.As("rnn.weight_ih_l0"), _bptt.Cell.U.As("rnn.weight_hh_l0"), _biasInput, _biasHidden, _weight, _bias];
            foreach (Parameter<double> parameter in Parameters) parameter.Set(Numbers(File["initial_weights"]![parameter.Name]!));
        }

        public IReadOnlyList<Parameter<double>> Parameters { get; }

        /// <summary>The loss times a factor; leaves its gradients in the parameters.</summary>
        public double Pass(double scale)
        {
            foreach (Parameter<double> parameter in Parameters) Array.Clear(parameter.Gradient);
            Array.Clear(_bptt.Cell.b.Gradient);
            for (int n = 0; n < 16; n++) _bptt.Cell.b.Values[n] = _biasInput.Values[n] + _biasHidden.Values[n];
            double[] h = _bptt.Forward(_x).Outputs.ToArray(), prediction = new double[18], gradient = new double[18], dOutputs = new double[18 * 4];
            for (int row = 0; row < prediction.Length; row++)
            {
                prediction[row] = _bias.Values[0];
                for (int n = 0; n < 4; n++) prediction[row] += _weight.Values[n] * h[(row * 4) + n];
            }

            double loss = new MeanSquaredError().Evaluate(Tensors.Of(prediction, 6, 3, 1), _y, Tensors.Of(gradient, 6, 3, 1));
            for (int row = 0; row < prediction.Length; row++)
            {
                double d = gradient[row] * scale;
                _bias.Gradient[0] += d;
                for (int n = 0; n < 4; n++)
                {
                    _weight.Gradient[n] += d * h[(row * 4) + n];
                    dOutputs[(row * 4) + n] = d * _weight.Values[n];
                }
            }

            _bptt.Backward(Tensors.Of(dOutputs, 6, 3, 4));
            _bptt.Cell.b.Gradient.CopyTo(_biasInput.Gradient, 0);
            _bptt.Cell.b.Gradient.CopyTo(_biasHidden.Gradient, 0);
            return loss * scale;
        }

        public double Largest(JsonNode expected, Func<Parameter<double>, double[]> found) =>
            Parameters.Max(parameter => found(parameter).Zip(Numbers(expected[parameter.Name]!), (f, e) => Error(e, f)).Max());

        // [B, T, n] in the file.
        private static Tensor<double> TimeMajor(string name, int width)
        {
            double[] values = Numbers(File[name]!);
            return Tensors.Fill(n => values[(((n / width % 3 * 6) + (n / width / 3)) * width) + (n % width)], 6, 3, width);
        }
    }
}
