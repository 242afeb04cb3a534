using System.Numerics;
using System.Numerics.Tensors;
using System.Text.Json;
using LstmLab.Tests.Golden;
using Xunit;

namespace LstmLab.Tests.Layers;

/// <summary>Stacks, directions, lengths, projections and GRUs with a linear head, against PyTorch's automatic differentiation.</summary>
public class GoldenLayerTests
{
    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> cases = [];
        foreach (string set in new[] { "lstm_cases", "gru_cases" })
            foreach (JsonElement one in GoldenFile.Load($"{set}.json").GetProperty("cases").EnumerateArray()) cases.Add(set, one.GetProperty("id").GetString()!);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Outputs_states_loss_and_gradients_in_double_are_those_of_torch(string set, string id) => Check<double>(set, id, 1e-12, 1e-10);

    [Theory, MemberData(nameof(Cases))]
    public void Outputs_states_loss_and_gradients_in_float_are_those_of_torch(string set, string id) =>
        // lstm_22 is saturated (weights × 10): float rounding in the pre-activations moves its gradients by parts in 10⁵.
        Check<float>(set, id, 1e-5, id == "lstm_22" ? 1e-4 : 1e-5);

    private static void Check<T>(string set, string id, double valueLimit, double gradientLimit) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        JsonElement golden = GoldenFile.Load($"{set}.json").GetProperty("cases").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);
        bool last = golden.GetProperty("loss_kind").GetString() == "mse_last";
        bool batchFirst = golden.GetProperty("batch_first").GetBoolean(), unbatched = golden.GetProperty("unbatched").GetBoolean();
        int[]? lengths = golden.TensorOrNull("lengths")?.Values.Select(length => (int)length).ToArray();
        Recurrent<T> layer = Layer<T>(golden, !last);
        Dense<T> head = Head<T>(golden);
        Fill(layer.Parameters, golden.GetProperty("weights"));

        GoldenTensor x = TimeMajor(golden.Tensor("x"), batchFirst, unbatched);
        GoldenTensor target = last ? golden.Tensor("target") : TimeMajor(golden.Tensor("target"), batchFirst, unbatched);
        Pass pass = Pass.Train(0, 0);
        Tensor<T> output = layer.Forward(x.ToTensor<T>(), pass, StateOrNull<T>(golden, "h0", "c0", unbatched), lengths);
        Tensor<T> prediction = head.Forward(output, pass, lengths);
        if (!last) GoldenErrors.Values(set, $"{id} output", TimeMajor(golden.Tensor("output"), batchFirst, unbatched).Values, output.ToArray(), valueLimit);
        GoldenErrors.Values(set, $"{id} hn", golden.Tensor("hn").Values, layer.Final.H.ToArray(), valueLimit);
        if (layer.Final.C is not null) GoldenErrors.Values(set, $"{id} cn", golden.Tensor("cn").Values, layer.Final.C.ToArray(), valueLimit);

        (double loss, Tensor<T> dPrediction) = MeanSquaredError(prediction, target.To<T>(), last ? null : lengths);
        State<T>? dFinal = StateOrNull<T>(golden, "state_weight_h", "state_weight_c", unbatched);
        if (dFinal is not null) loss += Dot(dFinal.H, layer.Final.H) + (dFinal.C is null ? 0 : Dot(dFinal.C, layer.Final.C!));
        GoldenErrors.Values(set, $"{id} loss", [golden.GetProperty("loss").GetDouble()], [T.CreateChecked(loss)], valueLimit * Math.Max(1, Math.Abs(loss)));

        Tensor<T> dX = layer.Backward(head.Backward(dPrediction), dFinal);
        GoldenErrors.Gradients(set, $"{id} dx", TimeMajor(golden.Tensor("grad_x"), batchFirst, unbatched).Values, dX.ToArray(), gradientLimit);
        if (golden.TensorOrNull("grad_h0") is { } h0) GoldenErrors.Gradients(set, $"{id} dh0", h0.Values, layer.DInitial.H.ToArray(), gradientLimit);
        if (golden.TensorOrNull("grad_c0") is { } c0) GoldenErrors.Gradients(set, $"{id} dc0", c0.Values, layer.DInitial.C!.ToArray(), gradientLimit);
        GoldenErrors.Gradients(set, $"{id} dhead", golden.Tensor("grad_head_weight").Values, head.Parameters[0].Gradient, gradientLimit);
        GoldenErrors.Gradients(set, $"{id} dheadbias", golden.Tensor("grad_head_bias").Values, head.Parameters[1].Gradient, gradientLimit);
        JsonElement gradients = golden.GetProperty("grad_weights");
        Assert.Equal(gradients.EnumerateObject().Select(property => property.Name).Order(), layer.Parameters.Select(parameter => parameter.Name).Order());
        foreach (Parameter<T> parameter in layer.Parameters) GoldenErrors.Gradients(set, $"{id} d{parameter.Name}", gradients.Tensor(parameter.Name).Values, parameter.Gradient, gradientLimit);
    }

    internal static Recurrent<T> Layer<T>(JsonElement golden, bool returnSequences) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        (int input, int hidden, int layers) = (golden.GetProperty("input_size").GetInt32(), golden.GetProperty("hidden_size").GetInt32(), golden.GetProperty("num_layers").GetInt32());
        (bool bidirectional, bool bias) = (golden.GetProperty("bidirectional").GetBoolean(), golden.GetProperty("bias").GetBoolean());
        return golden.GetProperty("kind").GetString() == "GRU"
            ? new Gru<T>(input, hidden, layers, bidirectional, bias, returnSequences: returnSequences)
            : new Lstm<T>(input, hidden, layers, bidirectional, bias, projectionSize: golden.GetProperty("proj_size").GetInt32(), returnSequences: returnSequences);
    }

    internal static Dense<T> Head<T>(JsonElement golden) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        GoldenTensor weight = golden.Tensor("head_weight");
        Dense<T> head = new(weight.Shape[1], weight.Shape[0]);
        head.Parameters[0].Set(weight.To<T>());
        head.Parameters[1].Set(golden.Tensor("head_bias").To<T>());
        return head;
    }

    internal static void Fill<T>(IReadOnlyList<Parameter<T>> parameters, JsonElement weights) where T : struct, INumberBase<T>
    {
        foreach (Parameter<T> parameter in parameters) parameter.Set(weights.Tensor(parameter.Name).To<T>());
    }

    private static State<T>? StateOrNull<T>(JsonElement golden, string h, string c, bool unbatched) where T : struct, INumberBase<T> =>
        golden.TensorOrNull(h) is { } hidden ? new(Stacked(hidden).ToTensor<T>(), golden.TensorOrNull(c) is { } cell ? Stacked(cell).ToTensor<T>() : null) : null;

    // Unbatched states have no batch axis.
    private static GoldenTensor Stacked(GoldenTensor state) => state.Shape.Length == 3 ? state : new(state.Values, [state.Shape[0], 1, state.Shape[1]]);

    private static GoldenTensor TimeMajor(GoldenTensor tensor, bool batchFirst, bool unbatched)
    {
        if (unbatched) return new(tensor.Values, [tensor.Shape[0], 1, tensor.Shape[1]]);
        if (!batchFirst) return tensor;
        (int batch, int steps, int width) = (tensor.Shape[0], tensor.Shape[1], tensor.Shape[2]);
        IEnumerable<double> values = from t in Enumerable.Range(0, steps) from b in Enumerable.Range(0, batch) from n in Enumerable.Range(0, width) select tensor.Values[(((b * steps) + t) * width) + n];
        return new([.. values], [steps, batch, width]);
    }

    // The loss is computed here and not by the engine, so that a set tells layers from losses.
    private static (double Loss, Tensor<T> Gradient) MeanSquaredError<T>(Tensor<T> prediction, T[] target, int[]? lengths) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        T[] values = prediction.ToArray();
        int batch = (int)prediction.Lengths[^2], width = (int)prediction.Lengths[^1];
        bool[] counts = [.. values.Select((_, n) => lengths is null || n / width / batch < lengths[n / width % batch])];
        double count = counts.Count(counted => counted);
        double[] differences = [.. values.Select((value, n) => counts[n] ? double.CreateChecked(value) - double.CreateChecked(target[n]) : 0)];
        return (differences.Sum(d => d * d) / count, Tensor.Create([.. differences.Select(d => T.CreateChecked(2 * d / count))], prediction.Lengths));
    }

    private static double Dot<T>(Tensor<T> a, Tensor<T> b) where T : struct, INumberBase<T> => a.ToArray().Zip(b.ToArray(), (p, q) => double.CreateChecked(p) * double.CreateChecked(q)).Sum();
}
