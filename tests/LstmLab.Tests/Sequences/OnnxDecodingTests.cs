using System.Numerics.Tensors;
using LstmLab.Formats;
using LstmLab.Sequences;
using LstmLab.Tests.Formats;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace LstmLab.Tests.Sequences;

/// <summary>A trained encoder-decoder as two ONNX graphs, the encoder and one step of the decoder: ONNX Runtime writes the same symbols with
/// the same probabilities, by the same searches.</summary>
public class OnnxDecodingTests
{
    private const int Letters = 6, End = Letters, Start = Letters + 1, Longest = 5;
    private static readonly Lazy<Writer> Trained = new(Train);

    [Theory, InlineData(14), InlineData(22)]
    public void Two_graphs_write_the_symbols_of_the_module(int opset)
    {
        using TemporaryFolder folder = new();
        Writer model = Trained.Value;
        Input<float> source = Sources(seed: 50, count: 40);
        IReadOnlyList<Input<float>> start = Read(model, source);
        OnnxOptions options = new() { Opset = opset };
        Onnx.Save(model.Encoder, folder["encoder.onnx"], options, [Sources(seed: 1, count: 1, longest: 2)]);
        Input<float>[] step = [new(Tensors.Of([(float)Start], 1, 1, 1)), .. new ModuleSteps<float>(model.Decoder, "h", "c").Select(start, [0])];
        Onnx.Save(model.Decoder, folder["decoder.onnx"], options, step);

        Dictionary<string, float[]> read = Runtime.Run(File.ReadAllBytes(folder["encoder.onnx"]), [source], "source");
        using RuntimeSteps theirs = new(folder["decoder.onnx"]);
        RuntimeSteps.Columns states = new(
            Tensors.Of(read["h0"], 1, 40, 12), Tensors.Of(read["c0"], 1, 40, 12), Tensors.Of(read["y"], Longest, 40, 12), source.Lengths!);

        ModuleSteps<float> ours = new(model.Decoder, "h", "c");
        IReadOnlyList<Hypothesis> greedy = Search.Greedy(ours, start, Start, End, Longest + 1);
        Agree(greedy, Search.Greedy(theirs, states, Start, End, Longest + 1));
        Assert.InRange(greedy.Count(hypothesis => hypothesis.Ended), 30, 40);
        Assert.InRange(Right(greedy, source), 0.5, 1);

        IReadOnlyList<IReadOnlyList<Hypothesis>> beam = Search.Beam(ours, start, Start, End, Longest + 1, width: 3, best: 2);
        IReadOnlyList<IReadOnlyList<Hypothesis>> beamOfTheirs = Search.Beam(theirs, states, Start, End, Longest + 1, width: 3, best: 2);
        for (int n = 0; n < beam.Count; n++) Agree(beam[n], beamOfTheirs[n]);
    }

    [Fact]
    public void One_step_after_another_gives_the_probabilities_of_the_whole_target_at_once()
    {
        Writer model = Trained.Value;
        Input<float> source = Sources(seed: 51, count: 7);
        IReadOnlyList<Hypothesis> written = Search.Greedy(
            new ModuleSteps<float>(model.Decoder, "h", "c"), Read(model, source), Start, End, Longest + 1);
        int[][] targets = [.. written.Select(hypothesis => (int[])[.. hypothesis.Symbols, .. hypothesis.Ended ? new[] { End } : []])];
        int[] lengths = [.. targets.Select(target => target.Length)];
        Tensor<float> late = Tensors.Fill(
            (u, b, _) => u == 0 ? Start : u <= lengths[b] - 1 ? (float)targets[b][u - 1] : 0, lengths.Max(), 7, 1);
        LogSoftmax<float> normalize = new();
        Tape<float> tape = new Tape<float>().Begin(Pass.Predict);
        Value<float> steps = normalize.Forward(model.Forward(tape.Input(source.Data, source.Lengths), tape.Input(late, lengths)));
        for (int b = 0; b < 7; b++)
        {
            double sum = Enumerable.Range(0, lengths[b]).Sum(u => (double)steps.Data[u, b, targets[b][u]]);
            Assert.Equal(sum, written[b].LogProbability, 1e-5);
        }
    }

    [Fact]
    public void States_that_do_not_fit_are_refused()
    {
        ModuleSteps<float> steps = new(Trained.Value.Decoder, "h", "c");
        IReadOnlyList<Input<float>> states = Read(Trained.Value, Sources(seed: 1, count: 3));
        Assert.Equal(3, steps.Count(states));
        Assert.Throws<ArgumentException>(() => steps.Count([states[0]]));
        Assert.Contains("of 3 sequences", Assert.Throws<ArgumentException>(
            () => steps.Count([states[0], steps.Select(states, [0])[1], states[2]])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => steps.Step(states, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => steps.Select(states, [3]));
        Assert.Throws<KeyNotFoundException>(() => new ModuleSteps<float>(Trained.Value.Decoder, "h", "cell").Step(states, [0, 1, 2]));

        IReadOnlyList<Input<float>> chosen = steps.Select(states, [2, 0, 2, 1]);
        Assert.Equal("[1, 4, 12]", chosen[0].Data.Shape());
        Assert.Equal(states[2].Lengths![2], chosen[2].Lengths![0]);
        for (int t = 0; t < Longest; t++)
            for (int k = 0; k < 12; k++) Assert.Equal(states[2].Data[t, 1, k], chosen[2].Data[t, 3, k]);
    }

    private static void Agree(IReadOnlyList<Hypothesis> ours, IReadOnlyList<Hypothesis> theirs)
    {
        Assert.Equal(ours.Count, theirs.Count);
        for (int n = 0; n < ours.Count; n++)
        {
            Assert.Equal(ours[n].Symbols, theirs[n].Symbols);
            Assert.Equal(ours[n].Ended, theirs[n].Ended);
            Assert.Equal(ours[n].LogProbability, theirs[n].LogProbability, 2e-5);
        }
    }

    private static double Right(IReadOnlyList<Hypothesis> written, Input<float> source) => written.Index().Count(found =>
        found.Item.Symbols.SequenceEqual(Enumerable.Range(0, source.Lengths![found.Index]).Reverse()
            .Select(t => (int)source.Data[t, found.Index, 0]))) / (double)written.Count;

    private static IReadOnlyList<Input<float>> Read(Writer model, Input<float> source)
    {
        Tape<float> tape = new Tape<float>().Begin(Pass.Predict);
        Tensor<float> keys = model.Encoder.Forward(tape.Input(source.Data, source.Lengths)).Data;
        return [new(tape["h0"].Data.Copy()), new(tape["c0"].Data.Copy()), new(keys.Copy(), source.Lengths)];
    }

    // Letters of different lengths, the first as long as can be.
    private static Input<float> Sources(ulong seed, int count, int longest = Longest)
    {
        RandomStream random = new(seed, "words");
        int[] lengths = [.. Enumerable.Range(0, count).Select(n => n == 0 ? longest : 1 + random.NextInt(longest))];
        return new(Tensors.Fill((t, b, _) => t < lengths[b] ? (float)random.NextInt(Letters) : 0, longest, count, 1), lengths);
    }

    // The task: write the letters backward.
    private static Writer Train()
    {
        Writer model = new();
        Trainer<float> trainer = new(model, new SoftmaxCrossEntropy(), new Adam(0.02)) { Clipping = new ClipByNorm(1) };
        for (ulong step = 0; step < 300; step++)
        {
            Input<float> source = Sources(100 + step, 32);
            int[] lengths = [.. source.Lengths!.Select(length => length + 1)];
            float At(int u, int b) => u < lengths[b] - 1 ? source.Data[lengths[b] - 2 - u, b, 0] : u == lengths[b] - 1 ? End : 0;
            Tensor<float> target = Tensors.Fill((u, b, _) => At(u, b), Longest + 1, 32, 1);
            Tensor<float> late = Tensors.Fill((u, b, _) => u == 0 ? Start : At(u - 1, b), Longest + 1, 32, 1);
            trainer.Step(new Dataset<float>(source.Data, target, source.Lengths) { More = [new(late, lengths)] });
        }

        return model;
    }

    private sealed class Reader : Module<float>
    {
        private readonly Embedding<float> _letters = new(Letters, 8);
        private readonly Lstm<float> _states = new(8, 12, bidirectional: true);
        private readonly StepAt<float> _direction = new();
        private readonly Concat<float> _both = new();
        private readonly Dense<float> _keys = new(24, 12), _hidden = new(24, 12), _cell = new(24, 12);
        private readonly Tanh<float> _tanh = new();

        public override Value<float> Forward(params ReadOnlySpan<Value<float>> inputs)
        {
            (Value<float> keys, Value<float> h, Value<float> c) = Read(inputs[0].Named("source"));
            h.Named("h0");
            c.Named("c0");
            return keys;
        }

        public (Value<float> Keys, Value<float> H, Value<float> C) Read(Value<float> source)
        {
            (Value<float> states, Value<float> h, Value<float>? c) = _states.ForwardWithStates(_letters.Forward(source), null);
            return (_keys.Forward(states), _tanh.Forward(_hidden.Forward(Both(h))), _cell.Forward(Both(c!)));
        }

        private Value<float> Both(Value<float> x) => _both.Forward(_direction.At(x, 0), _direction.At(x, 1));
    }

    private sealed class Decoder : Module<float>
    {
        private readonly Embedding<float> _symbols = new(Letters + 2, 8);
        private readonly Lstm<float> _states = new(8, 12);
        private readonly DotAttention<float> _attention = new();
        private readonly Concat<float> _together = new();
        private readonly Dense<float> _answer = new(24, Letters + 2);

        public override Value<float> Forward(params ReadOnlySpan<Value<float>> inputs)
        {
            Value<float> read = _symbols.Forward(inputs[0]);
            (Value<float> y, Value<float> h, Value<float>? c) = _states.ForwardWithStates(read, inputs[1], inputs[2]);
            h.Named("h");
            c!.Named("c");
            return _answer.Forward(_together.Forward(y, _attention.Attend(y, inputs[3]).Contexts));
        }
    }

    private sealed class Writer() : Module<float>(seed: 3)
    {
        public Reader Encoder { get; } = new();
        public Decoder Decoder { get; } = new();

        public override Value<float> Forward(params ReadOnlySpan<Value<float>> inputs)
        {
            (Value<float> keys, Value<float> h, Value<float> c) = Encoder.Read(inputs[0]);
            return Decoder.Forward(inputs[1], h, c, keys);
        }
    }

    // The decoder's graph in ONNX Runtime as a step-by-step model. Its log-probabilities are computed here from its scores.
    private sealed class RuntimeSteps(string file) : IStepModel<RuntimeSteps.Columns>, IDisposable
    {
        private readonly InferenceSession _session = new(file, new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        });

        public sealed record Columns(Tensor<float> H, Tensor<float> C, Tensor<float> Keys, IReadOnlyList<int> Lengths);

        public int Count(Columns states) => states.Lengths.Count;

        public (double[,] LogProbabilities, Columns Next) Step(Columns states, IReadOnlyList<int> last)
        {
            int count = last.Count;
            Dictionary<string, OrtValue> inputs = new()
            {
                ["x"] = OrtValue.CreateTensorValueFromMemory([.. last.Select(symbol => (long)symbol)], [1, count]),
                ["x1"] = Of(states.H),
                ["x2"] = Of(states.C),
                ["x3"] = Of(states.Keys),
                ["x3_lengths"] = OrtValue.CreateTensorValueFromMemory([.. states.Lengths], [count]),
            };
            using RunOptions run = new();
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(run, inputs, ["y", "h", "c"]);
            foreach (OrtValue input in inputs.Values) input.Dispose();
            float[][] numbers = [.. outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray())];
            int symbols = numbers[0].Length / count;
            double[,] steps = new double[count, symbols];
            for (int n = 0; n < count; n++)
            {
                double total = Enumerable.Range(0, symbols).Sum(k => Math.Exp(numbers[0][(n * symbols) + k]));
                for (int k = 0; k < symbols; k++) steps[n, k] = numbers[0][(n * symbols) + k] - Math.Log(total);
            }

            return (steps, states with { H = Tensors.Of(numbers[1], 1, count, 12), C = Tensors.Of(numbers[2], 1, count, 12) });
        }

        public Columns Select(Columns states, IReadOnlyList<int> sequences)
        {
            Tensor<float> Chosen(Tensor<float> x) =>
                Tensors.Fill((t, b, k) => x[t, sequences[b], k], (int)x.Lengths[0], sequences.Count, (int)x.Lengths[2]);
            return new(Chosen(states.H), Chosen(states.C), Chosen(states.Keys), [.. sequences.Select(n => states.Lengths[n])]);
        }

        public void Dispose() => _session.Dispose();

        private static OrtValue Of(Tensor<float> x) =>
            OrtValue.CreateTensorValueFromMemory(x.ToArray(), [.. x.Lengths.ToArray().Select(length => (long)length)]);
    }
}
