using System.Numerics.Tensors;
using System.Text.Json;
using LstmLab.Tests.Golden;
using Xunit;

namespace LstmLab.Tests.Optimizers;

/// <summary>Twenty steps of PyTorch on LSTM(2→4) and Linear(4→1), followed weight by weight.</summary>
public class GoldenTrajectoryTests
{
    private const string Set = "optimizer_trajectories";

    private static readonly JsonElement File = GoldenFile.Load($"{Set}.json");

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

    public static TheoryData<string> Runs => [.. File.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("name").GetString()!)];

    [Fact]
    public void Every_run_has_its_setup() =>
        Assert.Equal(Setups.Keys.Order(), File.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("config").GetString()!).Order());

    [Theory, MemberData(nameof(Runs))]
    public void Twenty_steps_agree_with_PyTorch(string name)
    {
        JsonElement run = File.GetProperty("runs").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
        (Optimizer optimizer, double scale, double maxNorm, Schedule? schedule) = Setups[run.GetProperty("config").GetString()!];
        (Tensor<double> x, Tensor<double> y) = (TimeMajor("x"), TimeMajor("y"));
        Model<double> model = new(new Lstm<double>(2, 4), new Dense<double>(4, 1));
        foreach (Parameter<double> parameter in model.Parameters) parameter.Set(File.GetProperty("initial_weights").Tensor(TorchName(parameter)).Values);
        double[] rates = run.Tensor("lr_each_step").Values, losses = new double[20], norms = new double[20];
        double initialRate = optimizer.LearningRate;
        for (int step = 0; step < 20; step++)
        {
            optimizer.LearningRate = initialRate * (schedule?.Factor(step) ?? 1);
            Assert.Equal(rates[step], optimizer.LearningRate, 1e-16);
            losses[step] = Loss(model, x, y, scale);
            if (step == 0) Compare("grad_raw", First("grad_raw"), parameter => parameter.Gradient);
            norms[step] = new ClipByNorm(maxNorm).Apply(model.Parameters);
            if (step == 0) Compare("grad_used", First("grad_used"), parameter => parameter.Gradient);
            optimizer.Step(model.Parameters);
            if (step is 0 or 4) Compare($"weights after {step + 1}", Property(Property(run, "weights_after_step"), $"{step + 1}"), parameter => parameter.Values);
        }

        Compare("weights after 20", Property(run, "final_weights"), parameter => parameter.Values);
        GoldenErrors.Values(Set, $"{name} loss", run.Tensor("loss_before_each_step").Values, losses, 1e-12);
        GoldenErrors.Values(Set, $"{name} gradient norm", run.Tensor("grad_norm_before_clip_each_step").Values, norms, 1e-12);
        GoldenErrors.Values(Set, $"{name} last loss", [run.GetProperty("loss_after_last").GetDouble()], [Loss(model, x, y, scale)], 1e-12);

        JsonElement? First(string what) => Property(Property(run, "first_step"), what);

        // Not every run has its first step's gradients and its early weights in the file.
        void Compare(string what, JsonElement? golden, Func<Parameter<double>, double[]> found)
        {
            if (golden is null) return;
            foreach (Parameter<double> parameter in model.Parameters)
                GoldenErrors.Values(Set, $"{name} {what} {parameter.Name}", golden.Value.Tensor(TorchName(parameter)).Values, found(parameter), 1e-12);
        }
    }

    private static JsonElement? Property(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } some && some.TryGetProperty(name, out JsonElement found) && found.ValueKind == JsonValueKind.Object ? found : null;

    // Leaves the gradients of the scaled loss in the parameters.
    private static double Loss(Model<double> model, Tensor<double> x, Tensor<double> y, double scale)
    {
        model.ClearGradients();
        Tensor<double> prediction = model.Forward(x, default), gradient = Tensors.Zeros<double>(6, 3, 1);
        double loss = new MeanSquaredError().Evaluate(prediction, y, gradient);
        model.Backward(Tensors.Of([.. gradient.ToArray().Select(g => scale * g)], 6, 3, 1));
        return scale * loss;
    }

    private static string TorchName(Parameter<double> parameter) => (parameter.Name[0] == '0' ? "rnn" : "fc") + parameter.Name[1..];

    // [B, T, n] in the file.
    private static Tensor<double> TimeMajor(string name)
    {
        GoldenTensor tensor = File.Tensor(name);
        int width = tensor.Shape[2];
        return Tensors.Fill(n => tensor.Values[(((n / width % 3 * 6) + (n / width / 3)) * width) + (n % width)], 6, 3, width);
    }

    private sealed record Setup(Optimizer Optimizer, double Scale = 1, double MaxNorm = double.PositiveInfinity, Schedule? Schedule = null);
}
