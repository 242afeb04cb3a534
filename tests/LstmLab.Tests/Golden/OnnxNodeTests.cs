using System.Numerics;
using System.Numerics.Tensors;
using System.Text.Json;
using Xunit;

namespace LstmLab.Tests.Golden;

/// <summary>ONNX's own node tests of LSTM: both layouts, both directions, biases, peepholes, lengths.</summary>
public class OnnxNodeTests
{
    private static readonly JsonElement File = GoldenFile.Load("onnx_node_lstm.json");

    public static TheoryData<string> Cases => [.. File.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];

    [Theory, MemberData(nameof(Cases))]
    public void Nodes_in_double_give_the_outputs_of_onnx(string name) => Check<double>(name);

    [Theory, MemberData(nameof(Cases))]
    public void Nodes_in_float_give_the_outputs_of_onnx(string name) => Check<float>(name);

    [Fact]
    public void Gate_blocks_of_onnx_are_put_in_the_order_i_f_g_o()
    {
        Assert.Equal("ifgo", GoldenGates.FromOnnx("iofg".ToCharArray()));
        Assert.Equal("ifo", GoldenGates.PeepholesFromOnnx("iof".ToCharArray()));
    }

    // The golden numbers are single precision: 1e-6 is what they can tell.
    private static void Check<T>(string name) where T : struct, INumberBase<T>
    {
        JsonElement golden = File.GetProperty("cases").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
        JsonElement attributes = golden.GetProperty("attributes");
        int hidden = attributes.GetProperty("hidden_size").GetInt32();
        bool batchFirst = attributes.TryGetProperty("layout", out JsonElement layout) && layout.GetInt32() == 1;
        string direction = attributes.TryGetProperty("direction", out JsonElement text) ? text.GetString()! : "forward";
        int directions = direction == "bidirectional" ? 2 : 1;
        Tensor<T> x = batchFirst ? TimeFirst(Read(golden, "inputs", "X")!.ToTensor<T>()) : Read(golden, "inputs", "X")!.ToTensor<T>();
        int batch = (int)x.Lengths[1];

        Trace<T>[] traces = [.. Enumerable.Range(0, directions).Select(d =>
        {
            Bptt<T> bptt = new(Cell<T>(golden, d, (int)x.Lengths[2], hidden, directions), reverse: direction == "reverse" || d == 1);
            State<T> initial = State<T>.Zero(bptt.Cell, batch);
            if (Part<T>(golden, "initial_h", d, directions) is { } h) initial = new(Tensors.Of(h, batch, hidden), Tensors.Of(Part<T>(golden, "initial_c", d, directions)!, batch, hidden));
            return bptt.Forward(x, initial, Read(golden, "inputs", "sequence_lens")?.Values.Select(length => (int)length).ToArray());
        })];

        foreach (JsonProperty output in golden.GetProperty("outputs").EnumerateObject())
        {
            // Y is (T, D, B, H) or (B, T, D, H), Y_h and Y_c (D, B, H) or (B, D, H): one direction wherever the batch comes first.
            if (batchFirst) Assert.Equal(1, directions);
            IEnumerable<T> found = output.Name switch
            {
                "Y_h" => traces.SelectMany(trace => trace.Final.H.ToArray()),
                "Y_c" => traces.SelectMany(trace => trace.Final.C!.ToArray()),
                _ => batchFirst ? TimeFirst(traces.Single().Outputs).ToArray() : traces.Single().Outputs.ToArray(),
            };
            GoldenErrors.Values("onnx_node_lstm", $"{name} {output.Name}", Read(golden, "outputs", output.Name)!.Values, found, 1e-6);
        }
    }

    private static LstmCell<T> Cell<T>(JsonElement golden, int direction, int inputs, int hidden, int directions) where T : struct, INumberBase<T>
    {
        T[]? peepholes = Part<T>(golden, "P", direction, directions);
        LstmCell<T> cell = peepholes is null ? new StandardCell<T>(inputs, hidden) : new PeepholeCell<T>(inputs, hidden);
        cell.W.Set(GoldenGates.FromOnnx(Part<T>(golden, "W", direction, directions)!));
        cell.U.Set(GoldenGates.FromOnnx(Part<T>(golden, "R", direction, directions)!));
        if (peepholes is not null) ((PeepholeCell<T>)cell).P.Set(GoldenGates.PeepholesFromOnnx(peepholes));
        if (Part<T>(golden, "B", direction, directions) is { } bias)
            cell.b.Set(GoldenGates.FromOnnx(bias[..(4 * hidden)].Zip(bias[(4 * hidden)..], (onInput, onState) => onInput + onState).ToArray()));
        return cell;
    }

    private static T[]? Part<T>(JsonElement golden, string name, int direction, int directions) where T : struct, INumberBase<T> =>
        Read(golden, "inputs", name)?.To<T>() is { } all ? all.Chunk(all.Length / directions).ElementAt(direction) : null;

    private static GoldenTensor? Read(JsonElement golden, string group, string name) => golden.GetProperty(group).TryGetProperty(name, out JsonElement tensor)
        ? new(tensor.Tensor("data").Values, [.. tensor.Tensor("shape").Values.Select(length => (int)length)])
        : null;

    private static Tensor<T> TimeFirst<T>(Tensor<T> tensor) where T : struct, INumberBase<T> => Tensor.PermuteDimensions(tensor, [1, 0, 2]).ToDenseTensor();
}
