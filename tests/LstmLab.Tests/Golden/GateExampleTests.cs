using System.Numerics;
using System.Text.Json;
using Xunit;

namespace LstmLab.Tests.Golden;

/// <summary>The document's worked 4×4 example (§4.3), values and gradients of Σh from 100-digit arithmetic.</summary>
public class GateExampleTests
{
    private static readonly JsonElement File = GoldenFile.Load("gate_example.json");

    [Theory, InlineData("document"), InlineData("standard_c_prev_zero"), InlineData("standard_c_prev_0.5_0.6_0.7_0.8")]
    public void Values_and_gradients_in_double_are_those_of_mpmath(string variant) => Check<double>(variant, 1e-12, 1e-10);

    [Theory, InlineData("document"), InlineData("standard_c_prev_zero"), InlineData("standard_c_prev_0.5_0.6_0.7_0.8")]
    public void Values_and_gradients_in_float_are_those_of_mpmath(string variant) => Check<float>(variant, 1e-6, 1e-4);

    private static void Check<T>(string variant, double valueLimit, double gradientLimit) where T : struct, INumberBase<T>
    {
        JsonElement inputs = File.GetProperty("inputs"), golden = File.GetProperty(variant), values = golden.GetProperty("values");
        T[][] W = inputs.Tensor("W (same for i,f,c,o)").ToRows<T>(), U = inputs.Tensor("U (same for i,f,c,o)").ToRows<T>();
        T[] b = inputs.Tensor("b (same for i,f,c,o)").To<T>(), x = inputs.Tensor("x").To<T>(), h = inputs.Tensor("h_prev").To<T>();
        T[] c = golden.TensorOrNull("c_prev")?.To<T>() ?? new T[4];
        LstmCell<T> cell = variant == "document" ? new DocumentCell<T>(W, U, b, W, U, b, W, U, b, W, U, b) : new StandardCell<T>(W, U, b, W, U, b, W, U, b, W, U, b);

        Bptt<T> bptt = new(cell);
        Trace<T> trace = bptt.Forward(Tensors.Sequence(x), new(Tensors.Of(h, 1, 4), Tensors.Of(c, 1, 4)));
        bptt.Backward(Tensors.Fill(_ => T.One, 1, 1, 4));

        var step = (LstmStep<T>)trace[0];
        (string Name, T[] Found)[] found =
        [
            ("pre_i", step.Zi), ("pre_f", step.Zf), ("pre_c", step.Zg), ("pre_g", step.Zg), ("pre_o", step.Zo), ("i", step.I), ("f", step.F), ("g", step.G),
            ("o", step.O), ("c", step.C), ("tanh_c", step.TanhC), ("h", step.H), ("L", [step.H.Aggregate((sum, value) => sum + value)]),
            ("f_times_h_prev", [.. step.F.Zip(step.HPrev, (f, hPrev) => f * hPrev)]),
        ];
        foreach (JsonProperty value in values.EnumerateObject())
            GoldenErrors.Values("gate_example", $"{variant} {value.Name}", values.Tensor(value.Name).Values, found.Single(q => q.Name == value.Name).Found, valueLimit);

        JsonElement gradients = golden.GetProperty("grad_of_sum_h");
        foreach (JsonProperty gradient in gradients.EnumerateObject())
            GoldenErrors.Gradients("gate_example", $"{variant} d{gradient.Name}", gradients.Tensor(gradient.Name).Values, Gradient(bptt, gradient.Name), gradientLimit);
    }

    private static T[] Gradient<T>(Bptt<T> bptt, string name) where T : struct, INumberBase<T> => name switch
    {
        "x" => bptt.DX.ToArray(),
        "h_prev" => bptt.DInitial.H.ToArray(),
        "c_prev" => bptt.DInitial.C!.ToArray(),
        _ => GoldenGates.Block(bptt.Cell.Parameters.Single(p => p.Name == name[..1]), name[2..]),
    };
}
