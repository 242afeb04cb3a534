using System.Numerics;
using LstmLab.Formats;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.Formats;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    internal static Model<T>[] EveryLayer<T>() where T : struct, IBinaryFloatingPointIeee754<T> =>
    [
        new(1, new Lstm<T>(3, 5, layers: 2, bidirectional: true, dropout: 0.25, projectionSize: 2), new Dropout<T>(0.1), new Dense<T>(4, 3, bias: false)),
        new(2, new Scale<T>([T.CreateChecked(1.1), T.Zero, T.One], [T.CreateChecked(0.3), T.One, -T.One]), new Gru<T>(3, 4, layers: 3, bias: false, returnSequences: false), new Dense<T>(4, 1), new Scale<T>([T.One], [T.CreateChecked(2.5)], inverse: true)),
        new(3, new CellLayer<T>(new DocumentCell<T>(3, 4)), new CellLayer<T>(new PeepholeCell<T>(4, 2)), new CellLayer<T>(new ElmanCell<T>(2, 3), returnSequences: false)),
        new(4, new CellLayer<T>(new OriginalCell<T>(3, 2, truncated: true)), new CellLayer<T>(new StandardCell<T>(2, 4, 3)), new CellLayer<T>(new GruCell<T>(3, 1))),
        new(5, new CellLayer<T>(new LayerNormLstmCell<T>(3, 4)), new CellLayer<T>(new ZoneoutCell<T>(4, 2, 0.5, 0.25)), new CellLayer<T>(new RecurrentDropoutCell<T>(2, 3, 0.125))),
        new(6, new CellLayer<T>(new ResetBeforeGruCell<T>(3, 4)), new CellLayer<T>(new StandardCell<T>(4, 2, biases: 0)), new CellLayer<T>(new GruCell<T>(2, 3, biases: 1))),
    ];

    [Fact]
    public void Every_layer_and_cell_is_rebuilt_with_its_options_and_answers_with_the_same_bits()
    {
        Check<float>();
        Check<double>();

        void Check<T>() where T : struct, IBinaryFloatingPointIeee754<T>
        {
            foreach (Model<T> model in EveryLayer<T>())
            {
                model.Save(_folder["model.safetensors"]);
                Module<T> loaded = Model.Load<T>(_folder["model.safetensors"]);
                Assert.Equal(Architecture.Describe(model), Architecture.Describe(loaded));
                Assert.Equal(model.Parameters.Select(parameter => parameter.Name), loaded.Parameters.Select(parameter => parameter.Name));
                var x = Make.Normal<T>(7, 5, 4, 3);
                Assert.Equal(model.Predict(x).ToArray(), loaded.Predict(x).ToArray());
            }
        }
    }

    [Fact]
    public void A_file_has_the_bytes_that_the_format_defines()
    {
        Model<float> model = new(new Dense<float>(2, 1));
        model.Parameters[0].Set([1, -2]);
        model.Parameters[1].Set([0.5f]);
        model.Save(_folder["dense.safetensors"]);
        string header = """{"__metadata__":{"format":"pt","lstmlab.layers":"[{\u0022layer\u0022:\u0022Dense\u0022}]"},"0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"0.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""";
        header = header.PadRight((header.Length + 7) / 8 * 8);
        Assert.Equal(SecondSafetensors.File(header, [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F]), File.ReadAllBytes(_folder["dense.safetensors"]));
    }

    [Fact]
    public void Every_16_bit_number_is_read_as_its_value_and_written_back_as_its_bits()
    {
        byte[] all = [.. Enumerable.Range(0, 65536).SelectMany(bits => BitConverter.GetBytes((ushort)bits))];
        foreach ((string type, Func<ushort, double> value) in new (string, Func<ushort, double>)[] { ("F16", bits => (double)BitConverter.UInt16BitsToHalf(bits)), ("BF16", bits => BitConverter.Int32BitsToSingle(bits << 16)) })
        {
            using SafetensorsFile file = new(_folder.Write($"{type}.safetensors", SecondSafetensors.Write(new SecondSafetensors.Item("all", type, [256, 256], all))));
            double[] read = file.Read<double>("all").ToArray();
            for (int bits = 0; bits < 65536; bits++) Assert.Equal(value((ushort)bits), read[bits]);
            byte[] back = Elements.Encode<double>(read, file.TypeOf("all"));
            for (int bits = 0; bits < 65536; bits++)
                if (!double.IsNaN(read[bits])) Assert.Equal(bits, BitConverter.ToUInt16(back, 2 * bits));
                else Assert.True(double.IsNaN(value(BitConverter.ToUInt16(back, 2 * bits))));
        }
    }

    [Fact]
    public void Brain_floats_are_rounded_once_to_the_nearest_and_ties_to_even()
    {
        RandomStream random = new(1, "bf16");
        for (int n = 0; n < 20_000; n++)
        {
            ushort below = (ushort)random.NextInt(0x7F7F);
            (double low, double high) = (Value(below), Value((ushort)(below + 1)));
            foreach ((double value, int expected) in new[]
            {
                (low + ((high - low) * 0.4999999), below), (low + ((high - low) * 0.5000001), below + 1), ((low + high) / 2, below + (below & 1)),
                // Half way but for less than a float can see: by way of float it would go to even.
                (Math.BitIncrement((low + high) / 2), below + 1), (Math.BitDecrement((low + high) / 2), below),
            })
            {
                Assert.Equal(expected, BitConverter.ToUInt16(Elements.Encode<double>([value], ElementType.BF16)));
                Assert.Equal(expected | 0x8000, BitConverter.ToUInt16(Elements.Encode<double>([-value], ElementType.BF16)));
            }
        }

        Assert.Equal(0x7F80, BitConverter.ToUInt16(Elements.Encode<double>([1e300], ElementType.BF16)));
        static double Value(ushort bits) => BitConverter.Int32BitsToSingle(bits << 16);
    }

    [Theory]
    [InlineData(ElementType.F64, 0)]
    [InlineData(ElementType.F32, 0)]
    [InlineData(ElementType.F16, 0.0005)]
    [InlineData(ElementType.BF16, 0.004)]
    public void A_narrower_type_costs_half_a_unit_in_its_last_place(ElementType type, double limit)
    {
        Model<float> model = new(seed: 1, new Lstm<float>(2, 6), new Dense<float>(6, 1));
        Safetensors.Save(model, _folder["m.safetensors"], type);
        Module<float> loaded = Model.Load<float>(_folder["m.safetensors"]);
        foreach ((float before, float after) in model.Parameters.SelectMany(p => p.Values).Zip(loaded.Parameters.SelectMany(p => p.Values))) Assert.InRange(Math.Abs(before - after), 0, limit * Math.Abs(before));
        Assert.Equal($"{type}", SecondSafetensors.Read(File.ReadAllBytes(_folder["m.safetensors"]))["1.bias"].Type);
    }

    [Fact]
    public void NaN_keeps_its_payload_in_its_own_type()
    {
        byte[] odd = [1, 2, 0xA0, 0x7F, 3, 4, 0xC5, 0xFF];
        using SafetensorsFile file = new(_folder.Write("nan.safetensors", SecondSafetensors.Write(new SecondSafetensors.Item("n", "F32", [2], odd))));
        Assert.Equal(odd, Elements.Encode<float>(file.Read<float>("n").ToArray(), ElementType.F32));
    }

    [Fact]
    public void A_file_of_many_gigabytes_opens_by_its_map_and_gives_what_is_asked_for()
    {
        // 24 GiB of zeros that take no place on the disk, in tensors of 4 GiB, and a small tensor behind them.
        const int Tensors = 6;
        const long Each = 1L << 32;
        string header = "{" + string.Concat(Enumerable.Range(0, Tensors).Select(n => $"\"t{n}\":{{\"dtype\":\"F32\",\"shape\":[1024,1048576],\"data_offsets\":[{n * Each},{(n + 1) * Each}]}},"))
            + $"\"last\":{{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[{Tensors * Each},{(Tensors * Each) + 8}]}}}}";
        byte[] head = SecondSafetensors.File(header);
        using (FileStream stream = new(_folder["large.safetensors"], FileMode.CreateNew))
        {
            stream.Write(head);
            stream.SetLength(head.Length + (Tensors * Each) + 8);
            stream.Seek(-8, SeekOrigin.End);
            stream.Write([0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        using SafetensorsFile file = new(_folder["large.safetensors"]);
        Assert.Equal([1, 2], file.Read<float>("last").ToArray());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        Assert.Equal(Tensors + 1, file.Names.Count());
    }

    [Fact]
    public void An_asked_name_must_be_there_and_empty_tensors_are_tensors()
    {
        using SafetensorsFile file = new(_folder.Write("e.safetensors", SecondSafetensors.Write(new SecondSafetensors.Item("none", "F32", [0, 3], []))));
        Assert.Equal("[0, 3]", file.Read<float>("none").Shape());
        Assert.Equal($"{file.Path} has no tensor 'other'; it has none.", Assert.Throws<KeyNotFoundException>(() => file.TypeOf("other")).Message);
    }

    [Theory]
    [InlineData("model.h5", "'model.h5' must end in .safetensors, .onnx or .checkpoint, but ends in '.h5'.")]
    [InlineData("model", "'model' must end in .safetensors, .onnx or .checkpoint, but ends in ''.")]
    public void Other_extensions_are_refused(string path, string message)
    {
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => Model.Load<float>(path)).Message, StringComparison.Ordinal);
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => new Model<float>(new Dense<float>(1, 1)).Save(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_a_layer_of_somebody_else_keeps_its_weights_and_must_be_built_in_code()
    {
        Model<float> Build(ulong seed) => new(seed, new Foreign(), new CellLayer<float>(new ElmanCell<float>(2, 3, Activation.Relu)), new Dense<float>(3, 1));
        Model<float> model = Build(1), other = Build(2);
        model.Save(_folder["f.safetensors"]);
        Assert.Contains("Foreign", Assert.Throws<ModelFileException>(() => Model.Load<float>(_folder["f.safetensors"])).Message, StringComparison.Ordinal);
        other.LoadWeights(_folder["f.safetensors"]);
        Assert.All(model.Parameters.Zip(other.Parameters), pair => Assert.Equal(pair.First.Values, pair.Second.Values));
    }

    private sealed class Foreign : Layer<float>
    {
        protected internal override void Forward(Call<float> call) => call.SetOutput(0, call.Input().Data);

        protected internal override void Backward(Call<float> call) => throw new NotSupportedException();
    }
}
