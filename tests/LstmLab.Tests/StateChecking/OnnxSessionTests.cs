using System.Numerics.Tensors;
using LstmLab.Tests.Formats;
using LstmLab.Tests.Layers;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace LstmLab.Tests.StateChecking;

/// <summary>A session of ONNX Runtime behind the delegate: a graph of one LSTM with its states as inputs and outputs.</summary>
public sealed class OnnxSessionTests : IDisposable
{
    private const int Units = 4, Batch = 2, Inputs = 3;

    // ONNX Runtime computes in float, and its sums over a chunk need not be those over the whole.
    private const double Rounding = 1e-5;

    private readonly InferenceSession _session;

    public OnnxSessionTests()
    {
        Graph graph = new Graph()
            .Input("x", 1, "t", Batch, Inputs).Input("h0", 1, 1, Batch, Units).Input("c0", 1, 1, Batch, Units)
            .Floats("W", Make.Normal<float>(1, 4 * Units * Inputs).ToArray(), 1, 4 * Units, Inputs)
            .Floats("R", Make.Normal<float>(2, 4 * Units * Units).ToArray(), 1, 4 * Units, Units)
            .Integers("axis", 1)
            .Node("LSTM: x W R - - h0 c0 -> Y h c", ("hidden_size", Units))
            .Node("Squeeze: Y axis -> y")
            .Output("y", "h", "c");
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new(graph.Bytes, options);
    }

    private static Tensor<float> X => Make.Normal<float>(3, 9, Batch, Inputs);

    private static Tensor<float>[] Zeros => [Tensors.Zeros<float>(1, Batch, Units), Tensors.Zeros<float>(1, Batch, Units)];

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_session_whose_states_are_passed_on_carries_them() => StateCheck.Run(Call, X, Zeros, Rounding).RequirePassed();

    [Fact]
    public void A_stream_of_a_session_that_swaps_h_and_c_is_named()
    {
        StateReport report = StateCheck.Run(() => Stream(states => [states[1], states[0]]), X, Call, Zeros, Rounding);
        StateFault fault = Assert.Single(report.Faults);
        Assert.Equal((StateFaultKind.Swapped, true), (fault.Kind, fault.Text.Contains("h and c", StringComparison.Ordinal)));
        StateCheck.Run(() => Stream(states => states), X, Call, Zeros, Rounding).RequirePassed();
    }

    [Fact]
    public void A_session_that_takes_the_states_and_is_never_given_them_is_named()
    {
        StateReport report = StateCheck.Run((x, states) => Call(x, Zeros), X, Zeros, Rounding);
        Assert.Equal([StateFaultKind.NotUsed, StateFaultKind.NotUsed], report.Faults.Select(fault => fault.Kind));
    }

    private Func<Tensor<float>, Tensor<float>> Stream(Func<IReadOnlyList<Tensor<float>>, IReadOnlyList<Tensor<float>>> carry)
    {
        IReadOnlyList<Tensor<float>> states = Zeros;
        return x =>
        {
            (Tensor<float> y, IReadOnlyList<Tensor<float>> after) = Call(x, states);
            states = carry(after);
            return y;
        };
    }

    private (Tensor<float> Y, IReadOnlyList<Tensor<float>> States) Call(Tensor<float> x, IReadOnlyList<Tensor<float>> states)
    {
        using OrtValue values = Of(x), h = Of(states[0]), c = Of(states[1]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs =
            _session.Run(run, new Dictionary<string, OrtValue> { ["x"] = values, ["h0"] = h, ["c0"] = c }, ["y", "h", "c"]);
        float[][] found = [.. outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray())];
        return (Tensors.Of(found[0], (int)x.Lengths[0], Batch, Units), [Tensors.Of(found[1], 1, Batch, Units), Tensors.Of(found[2], 1, Batch, Units)]);
    }

    private static OrtValue Of(Tensor<float> tensor) =>
        OrtValue.CreateTensorValueFromMemory(tensor.ToArray(), [.. tensor.Lengths.ToArray().Select(length => (long)length)]);
}
