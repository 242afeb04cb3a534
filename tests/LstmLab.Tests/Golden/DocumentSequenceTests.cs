using System.Numerics;
using System.Text.Json;
using Xunit;

namespace LstmLab.Tests.Golden;

/// <summary>The document's cell over sequences, with gates that differ, against PyTorch's automatic differentiation.</summary>
public class DocumentSequenceTests
{
    private const string Set = "document_cell_sequences";

    private static readonly JsonElement File = GoldenFile.Load("document_cell_sequences.json");

    public static TheoryData<string> Cases => [.. File.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("id").GetString()!)];

    [Theory, MemberData(nameof(Cases))]
    public void Sequences_and_gradients_in_double_are_those_of_torch(string id) => Check<double>(id, 1e-12, 1e-10);

    [Theory, MemberData(nameof(Cases))]
    public void Sequences_and_gradients_in_float_are_those_of_torch(string id) => Check<float>(id, 1e-5, 1e-5);

    private static void Check<T>(string id, double valueLimit, double gradientLimit) where T : struct, INumberBase<T>
    {
        JsonElement golden = File.GetProperty("cases").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);
        DocumentCell<T> cell = Cell<T>(golden.GetProperty("params"));
        Bptt<T> bptt = new(cell);
        Trace<T> trace = bptt.Forward(golden.Tensor("x").ToTensor<T>(), new(golden.Tensor("h0").ToTensor<T>(), golden.Tensor("c0").ToTensor<T>()));
        GoldenTensor weights = golden.Tensor("loss_weights");
        bptt.Backward(weights.ToTensor<T>());

        LstmStep<T>[] steps = [.. from t in Enumerable.Range(0, trace.TimeSteps) from b in Enumerable.Range(0, trace.Batch) select (LstmStep<T>)trace[t, b]];
        IEnumerable<T> gates = steps.Chunk(trace.Batch).SelectMany(batch => new Func<LstmStep<T>, T[]>[] { s => s.I, s => s.F, s => s.G, s => s.O }.SelectMany(batch.SelectMany));
        T loss = trace.Outputs.ToArray().Zip(weights.To<T>(), (h, w) => h * w).Aggregate(T.Zero, (sum, term) => sum + term);
        GoldenErrors.Values(Set, $"{id} h", golden.Tensor("h").Values, trace.Outputs.ToArray(), valueLimit);
        GoldenErrors.Values(Set, $"{id} c", golden.Tensor("c").Values, steps.SelectMany(step => step.C), valueLimit);
        GoldenErrors.Values(Set, $"{id} gates", golden.Tensor("gates_i_f_candidate_o").Values, gates, valueLimit);
        GoldenErrors.Values(Set, $"{id} loss", golden.Tensor("loss").Values, [loss], valueLimit);

        JsonElement parameters = golden.GetProperty("grad_params");
        foreach (JsonProperty gradient in parameters.EnumerateObject())
        {
            Parameter<T> parameter = cell.Parameters.Single(p => p.Name == gradient.Name[..1]);
            GoldenErrors.Gradients(Set, $"{id} d{gradient.Name}", parameters.Tensor(gradient.Name).Values, GoldenGates.Block(parameter, gradient.Name[2..]), gradientLimit);
        }

        GoldenErrors.Gradients(Set, $"{id} dx", golden.Tensor("grad_x").Values, bptt.DX.ToArray(), gradientLimit);
        GoldenErrors.Gradients(Set, $"{id} dh0", golden.Tensor("grad_h0").Values, bptt.DInitial.H.ToArray(), gradientLimit);
        GoldenErrors.Gradients(Set, $"{id} dc0", golden.Tensor("grad_c0").Values, bptt.DInitial.C!.ToArray(), gradientLimit);
    }

    private static DocumentCell<T> Cell<T>(JsonElement p) where T : struct, INumberBase<T> => new(
        p.Tensor("W_i").ToRows<T>(), p.Tensor("U_i").ToRows<T>(), p.Tensor("b_i").To<T>(), p.Tensor("W_f").ToRows<T>(), p.Tensor("U_f").ToRows<T>(), p.Tensor("b_f").To<T>(),
        p.Tensor("W_c").ToRows<T>(), p.Tensor("U_c").ToRows<T>(), p.Tensor("b_c").To<T>(), p.Tensor("W_o").ToRows<T>(), p.Tensor("U_o").ToRows<T>(), p.Tensor("b_o").To<T>());
}
