using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Sequences;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.Sequences;

public class CtcTests
{
    private static readonly Loss Mean = Loss.Of((loss, _) => (loss, 1), "mean");

    // Classes, the blank, and sequences: frames with their labels.
    public static TheoryData<int, int, int[], int[][]> Cases => new()
    {
        { 3, 0, [6, 4, 1, 5], [[1, 2], [1, 1], [], [2, 1, 2]] },
        { 3, 0, [6, 6, 6, 6], [[], [1, 1, 1], [1, 2, 1, 2, 1, 2], [2, 2, 1]] },
        { 4, 3, [5, 5, 3, 2], [[0, 0], [0, 1, 2], [2], [0, 1]] },
        { 4, 1, [6, 2, 0, 1], [[3, 3, 0], [2], [], [0]] },
        { 1, 0, [3, 1], [[], []] },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Loss_and_gradient_are_those_of_all_paths_added_up(int classes, int blank, int[] lengths, int[][] labelings)
    {
        Tensor<double> logits = Logits(7, lengths, classes);
        (double[] losses, Tensor<double> gradient) = Run(new Ctc<double>(blank), logits, lengths, labelings);
        for (int b = 0; b < lengths.Length; b++)
        {
            CtcTwin twin = new(logits.Row(b, lengths[b]).ToArray(), classes, blank);
            AssertNear([twin.Loss(labelings[b])], [losses[b]]);
            AssertNear(twin.Gradient(labelings[b]), gradient.Row(b, lengths[b]).ToArray());
            Assert.All(gradient.Row(b, (int)gradient.Lengths[0]).ToArray()[(lengths[b] * classes)..], value => Assert.Equal(0, value));
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_wide_beam_finds_all_labelings_with_their_probabilities(int classes, int blank, int[] lengths, int[][] labelings)
    {
        _ = labelings;
        Tensor<double> logits = Logits(8, lengths, classes);
        Labeling[][] found = new Ctc<double>(blank).BeamSearch(logits, 5000, lengths);
        for (int b = 0; b < lengths.Length; b++)
        {
            (int[] Labels, double Probability)[] expected = new CtcTwin(logits.Row(b, lengths[b]).ToArray(), classes, blank).Labelings();
            Assert.Equal(expected.Length, found[b].Length);
            for (int n = 0; n < expected.Length; n++)
            {
                Assert.Equal(expected[n].Labels, found[b][n].Labels);
                Assert.Equal(Math.Log(expected[n].Probability), found[b][n].LogProbability, 1e-12);
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Greedy_reads_the_most_probable_path(int classes, int blank, int[] lengths, int[][] labelings)
    {
        _ = labelings;
        for (ulong seed = 0; seed < 5; seed++)
        {
            Tensor<double> logits = Logits(seed, lengths, classes);
            int[][] found = new Ctc<double>(blank).Greedy(logits, lengths);
            for (int b = 0; b < lengths.Length; b++)
                Assert.Equal(new CtcTwin(logits.Row(b, lengths[b]).ToArray(), classes, blank).LabelsOfBestPath(), found[b]);
        }
    }

    [Fact]
    public void The_most_probable_labeling_need_not_be_that_of_the_most_probable_path()
    {
        // Graves 2012, figure 7.3: the blank wins each frame, but more paths give the label.
        double[] frame = [Math.Log(0.6), Math.Log(0.4)];
        Tensor<double> logits = Tensors.Sequence(frame, frame);
        Ctc<double> ctc = new();
        Assert.Empty(Assert.Single(ctc.Greedy(logits)));
        Labeling best = ctc.BeamSearch(logits, 2)[0][0];
        Assert.Equal([1], best.Labels);
        Assert.Equal(Math.Log(0.64), best.LogProbability, 1e-14);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_narrow_beam_keeps_that_many_and_never_says_more_than_is_true(int width)
    {
        Tensor<double> logits = Logits(9, [6], 4);
        Labeling[] found = Assert.Single(new Ctc<double>().BeamSearch(logits, width));
        Assert.Equal(width, found.Length);
        (int[] Labels, double Probability)[] all = new CtcTwin(logits.ToArray(), 4, 0).Labelings();
        foreach (Labeling labeling in found)
        {
            double truth = all.Single(one => one.Labels.SequenceEqual(labeling.Labels)).Probability;
            Assert.True(labeling.LogProbability <= Math.Log(truth) + 1e-12);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_alignment_is_the_share_of_paths_in_each_state(int classes, int blank, int[] lengths, int[][] labelings)
    {
        Tensor<double> logits = Logits(10, lengths, classes);
        for (int b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] == 0) continue;
            Tensor<double> one = logits.Row(b, lengths[b]);
            CtcAlignment found = new Ctc<double>(blank).Align(one, labelings[b]);
            CtcTwin twin = new(one.ToArray(), classes, blank);
            AssertNear(twin.Posteriors(labelings[b]), found.Posteriors.ToArray());
            Assert.Equal(-twin.Loss(labelings[b]), found.LogProbability, 1e-12);
            Assert.Equal(labelings[b], found.Symbols.Where((_, s) => s % 2 == 1));
            Assert.All(found.Symbols.Where((_, s) => s % 2 == 0), symbol => Assert.Equal(blank, symbol));
        }
    }

    [Fact]
    public void Gradients_reach_the_weights_of_a_model()
    {
        Reader<double> model = new(3, 5, 4);
        Dataset<double> samples = Samples<double>(3, [6, 4, 5], [[1, 3], [], [2, 2]]);
        GradientReport report = GradientCheck.Run(model, samples, Mean).RequirePassed();
        Assert.True(report.Rows.Count > 4);
        GradientCheck.Run(model, samples, Mean, directions: 3).RequirePassed();
    }

    [Fact]
    public void A_model_learns_what_its_labels_say_and_not_where_they_stand()
    {
        Reader<float> model = new(3, 12, 4);
        RandomStream random = new(5, "test");
        int[] lengths = new int[40];
        int[][] labelings = new int[40][];
        Tensor<float> x = Tensors.Zeros<float>(8, 40, 3);
        for (int b = 0; b < 40; b++)
        {
            lengths[b] = 6 + random.NextInt(3);
            labelings[b] = [1 + random.NextInt(3), 1 + random.NextInt(3)];
            int first = random.NextInt(3);
            x[first, b, labelings[b][0] - 1] = 1;
            x[first + 2 + random.NextInt(lengths[b] - first - 2), b, labelings[b][1] - 1] = 1;
        }

        (Tensor<float> labels, int[] counts) = Labels<float>(labelings);
        Dataset<float> samples = new(x, Tensors.Zeros<float>(40, 1), lengths) { More = [new(labels, counts)] };
        History history = model.Train(samples, Mean, new Adam(0.03), epochs: 60, batchSize: 10, seed: 1);
        Assert.True(history.Loss[^1] < 0.1 * history.Loss[0], $"{history.Loss[0]} → {history.Loss[^1]}");
        int[][] read = new Ctc<float>().Greedy(model.Predict(x, lengths), lengths);
        Assert.True(read.Zip(labelings, (found, truth) => found.SequenceEqual(truth)).Count(right => right) > 36);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(999)]
    public void Long_sequences_have_the_loss_of_counted_paths(int labels)
    {
        // Without a preference all K^T paths are alike, and C(T + U − r, 2U) of them give U labels of which r repeat the one before.
        const int steps = 2000, classes = 5;
        int[] labeling = [.. Enumerable.Range(0, labels).Select(u => u % 7 == 6 ? 1 + ((u - 1) % 4) : 1 + (u % 4))];
        int repeats = labeling.Zip(labeling.Skip(1)).Count(pair => pair.First == pair.Second);
        double logCount = 0;
        for (int n = 1; n <= 2 * labels; n++) logCount += Math.Log(steps + labels - repeats - (2 * labels) + n) - Math.Log(n);
        double expected = (steps * Math.Log(classes)) - logCount;
        Check(Tensors.Zeros<double>(steps, 1, classes), 1e-11);
        Check(Tensors.Zeros<float>(steps, 1, classes), 1e-6);

        void Check<T>(Tensor<T> logits, double tolerance) where T : struct, IBinaryFloatingPointIeee754<T>
        {
            (T[] losses, Tensor<T> gradient) = Run(new Ctc<T>(), logits, [steps], [labeling]);
            Assert.Equal(expected, double.CreateTruncating(losses[0]), tolerance * expected);
            Assert.All(gradient.ToArray(), value => Assert.True(T.Abs(value) <= T.One));
        }
    }

    [Fact]
    public void Long_sequences_of_strong_logits_stay_finite_and_lose_no_probability()
    {
        const int steps = 2000, classes = 6;
        int[] labeling = [.. Enumerable.Range(0, 400).Select(u => 1 + (u * 7 % 5))];
        double[] numbers = [.. Make.Normal(11, steps, 1, classes).ToArray().Select(value => 30 * value)];
        Tensor<double> logits = Tensors.Of(numbers, steps, 1, classes);
        (double[] losses, Tensor<double> gradient) = Run(new Ctc<double>(), logits, [steps], [labeling]);
        Assert.True(double.IsFinite(losses[0]) && losses[0] > 0);
        foreach (double[] row in gradient.ToArray().Chunk(classes)) Assert.Equal(0, row.Sum(), 1e-9);
        (float[] ofFloat, Tensor<float> gradientOfFloat) = Run(new Ctc<float>(), logits.To<float>(), [steps], [labeling]);
        Assert.Equal(losses[0], ofFloat[0], 1e-6 * losses[0]);
        Assert.All(gradientOfFloat.ToArray(), value => Assert.True(float.IsFinite(value)));
        Labeling[] found = Assert.Single(new Ctc<double>().BeamSearch(logits, 4));
        Assert.All(found, one => Assert.True(double.IsFinite(one.LogProbability)));
    }

    [Fact]
    public void Padding_and_the_batch_change_no_bit()
    {
        int[] lengths = [5, 9, 7];
        int[][] labelings = [[1, 1], [3, 2, 1, 2], []];
        Tensor<float> logits = Make.Normal<float>(12, 9, 3, 4);
        (float[] losses, Tensor<float> gradient) = Run(new Ctc<float>(), logits, lengths, labelings);
        for (int t = 5; t < 9; t++)
            for (int k = 0; k < 4; k++) logits[t, 0, k] = float.NaN;
        (float[] again, Tensor<float> gradientAgain) = Run(new Ctc<float>(), logits, lengths, labelings);
        Assert.Equal(losses, again);
        Assert.Equal(gradient.ToArray(), gradientAgain.ToArray());
        for (int b = 0; b < 3; b++)
        {
            (float[] alone, Tensor<float> gradientAlone) = Run(
                new Ctc<float>(), Tensors.Fill((t, _, k) => logits[t, b, k], lengths[b], 1, 4), [lengths[b]], [labelings[b]]);
            Assert.Equal(losses[b], alone[0]);
            Assert.Equal(Tensors.Fill((t, _, k) => gradient[t, b, k], lengths[b], 1, 4).ToArray(), gradientAlone.ToArray());
        }
    }

    [Fact]
    public void A_repeated_pass_allocates_nothing()
    {
        Ctc<float> ctc = new();
        Tape<float> tape = new();
        Tensor<float> logits = Make.Normal<float>(13, 9, 2, 4), dL = Tensors.Of([1f, 2], 2, 1);
        (Tensor<float> labels, int[] counts) = Labels<float>([[1, 2], [3]]);
        int[] lengths = [9, 6];
        for (int n = 0; n < 3; n++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int n = 0; n < 3; n++) Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Step()
        {
            tape.Begin(Pass.PredictWithGradient);
            Value<float> z = tape.Input(logits, lengths, needsGradient: true);
            tape.Backward((ctc.Loss(z, tape.Input(labels, counts)), dL));
        }
    }

    [Fact]
    public void Labels_that_do_not_fit_are_refused()
    {
        Refused("needs 4 frames, but has 3", [3], [[1, 1, 2]], 0);
        Refused("b = 1 has 2 labels", [3, 1], [[1, 2], [1, 2]], 0);
        Refused("the blank", [3], [[1, 0]], 0);
        Refused("must be a class number from 0 to 3, but is 4", [3], [[4]], 0);
        Refused("must be a class number from 0 to 3, but is -1", [3], [[-1]], 0);
        LayerChecks.Refused("the blank is class 4", () => Run(new Ctc<double>(4), Logits(1, [3], 4), [3], [[1]]));
        LayerChecks.Refused("labels must be [U, B, 1]", () => Run(new Ctc<double>(), Logits(1, [3, 3], 4), [3, 3], [[1]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ctc<double>(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ctc<double>().BeamSearch(Logits(1, [3], 4), 0));
        Assert.Throws<ArgumentException>(() => new Ctc<double>().Align(Logits(1, [3], 4), [1, 1, 1]));
        LayerChecks.Refused("one sequence", () => new Ctc<double>().Align(Logits(1, [3, 3], 4), [1]));

        static void Refused(string part, int[] lengths, int[][] labelings, int blank) => Assert.Contains(
            part,
            Assert.Throws<ArgumentException>(() => Run(new Ctc<double>(blank), Logits(1, lengths, 4), lengths, labelings)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_labeling_that_cannot_be_has_an_infinite_loss()
    {
        Tensor<double> logits = Tensors.Sequence([0, double.NegativeInfinity], [0, double.NegativeInfinity]);
        Assert.Equal(double.PositiveInfinity, Run(new Ctc<double>(), logits, [2], [[1]]).Losses[0]);
        Assert.Equal(0, Run(new Ctc<double>(), logits, [2], [[]]).Losses[0]);
    }

    private static Tensor<double> Logits(ulong seed, int[] lengths, int classes) =>
        Make.Normal(seed, lengths.Max(), lengths.Length, classes);

    private static (Tensor<T> Labels, int[] Counts) Labels<T>(int[][] labelings) where T : struct, INumberBase<T>
    {
        int longest = labelings.Max(labeling => labeling.Length);
        Tensor<T> labels = Tensors.Fill(
            (u, b, _) => u < labelings[b].Length ? T.CreateChecked(labelings[b][u]) : T.Zero, longest, labelings.Length, 1);
        return (labels, [.. labelings.Select(labeling => labeling.Length)]);
    }

    private static (T[] Losses, Tensor<T> Gradient) Run<T>(Ctc<T> ctc, Tensor<T> logits, int[] lengths, int[][] labelings)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        (Tensor<T> labels, int[] counts) = Labels<T>(labelings);
        Tape<T> tape = new Tape<T>().Begin(Pass.PredictWithGradient);
        Value<T> z = tape.Input(logits, lengths, needsGradient: true);
        Value<T> loss = ctc.Forward(z, tape.Input(labels, counts));
        Assert.Equal($"[{lengths.Length}, 1]", loss.Data.Shape());
        tape.Backward((loss, Tensors.Fill(_ => T.One, lengths.Length, 1)));
        return (loss.Data.ToArray(), z.Gradient!.Copy());
    }

    private static Dataset<T> Samples<T>(int width, int[] lengths, int[][] labelings) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        (Tensor<T> labels, int[] counts) = Labels<T>(labelings);
        Tensor<T> x = Make.Normal<T>(14, lengths.Max(), lengths.Length, width);
        return new(x, Tensors.Zeros<T>(lengths.Length, 1), lengths) { More = [new(labels, counts)] };
    }

    private static void AssertNear(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int n = 0; n < expected.Length; n++) Assert.Equal(expected[n], found[n], 1e-12);
    }

    private sealed class Reader<T>(int inputs, int units, int classes) : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        private readonly Lstm<T> _lstm = new(inputs, units, bidirectional: true);
        private readonly Dense<T> _dense = new(2 * units, classes);
        private readonly Ctc<T> _ctc = new();

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
        {
            Value<T> logits = _dense.Forward(_lstm.Forward(inputs[0]));
            return inputs.Length == 1 ? logits : _ctc.Loss(logits, inputs[1]);
        }
    }
}
