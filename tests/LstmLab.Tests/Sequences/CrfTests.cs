using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Sequences;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.Sequences;

public class CrfTests
{
    private static readonly Loss Mean = Loss.Of((loss, _) => (loss, 1), "mean");

    private static readonly string[] Bio = BioTags.Of("A", "B");

    // Classes, whether they are BIO tags, and sequences of true tags.
    public static TheoryData<int, bool, int[][]> Cases => new()
    {
        { 3, false, [[0, 1, 2, 0, 1, 1], [2, 2, 2], [1], [0, 0, 1, 2]] },
        { 4, false, [[3, 0, 3, 1], [0], [2, 1]] },
        { 5, true, [[0, 1, 2, 0], [3, 4, 4, 1, 2], [1], [0, 0]] },
        { 1, false, [[0, 0, 0], [0]] },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Loss_and_gradients_are_those_of_all_sequences_of_tags(int classes, bool isBio, int[][] paths)
    {
        (Crf<double> crf, Tensor<double> emissions, int[] lengths) = Make(20, classes, isBio, paths);
        double[] losses = Losses(crf, emissions, lengths, paths, out Tensor<double> gradient);
        double[] expected = new double[(classes * classes) + (2 * classes)];
        for (int b = 0; b < paths.Length; b++)
        {
            CrfTwin twin = Twin(crf, emissions.Row(b, lengths[b]));
            AssertNear([twin.Loss(paths[b])], [losses[b]]);
            double[] found = twin.Gradient(paths[b]);
            AssertNear(found[..(lengths[b] * classes)], gradient.Row(b, lengths[b]).ToArray());
            Assert.All(gradient.Row(b, lengths.Max()).ToArray()[(lengths[b] * classes)..], value => Assert.Equal(0, value));
            for (int n = 0; n < expected.Length; n++) expected[n] += found[(lengths[b] * classes) + n];
        }

        AssertNear(expected, [.. crf.Parameters.SelectMany(parameter => parameter.Gradient)]);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Viterbi_finds_the_best_of_all(int classes, bool isBio, int[][] paths)
    {
        for (ulong seed = 30; seed < 40; seed++)
        {
            (Crf<double> crf, Tensor<double> emissions, int[] lengths) = Make(seed, classes, isBio, paths);
            int[][] found = crf.Decode(emissions, lengths);
            for (int b = 0; b < paths.Length; b++) Assert.Equal(Twin(crf, emissions.Row(b, lengths[b])).Best(), found[b]);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Marginals_are_shares_of_all(int classes, bool isBio, int[][] paths)
    {
        (Crf<double> crf, Tensor<double> emissions, int[] lengths) = Make(21, classes, isBio, paths);
        Tensor<double> found = crf.Marginals(emissions, lengths);
        for (int b = 0; b < paths.Length; b++)
        {
            AssertNear(Twin(crf, emissions.Row(b, lengths[b])).Marginals(), found.Row(b, lengths[b]).ToArray());
            Assert.All(found.Row(b, lengths.Max()).ToArray()[(lengths[b] * classes)..], value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void What_is_not_allowed_is_never_said_whatever_the_emissions()
    {
        (Crf<double> crf, _, _) = Make(22, 5, isBio: true, [[0, 0, 0, 0, 0, 0]]);
        for (ulong seed = 0; seed < 50; seed++)
        {
            Tensor<double> emissions = Tensors.Of([.. Layers.Make.Normal(seed, 6, 1, 5).ToArray().Select(value => 20 * value)], 6, 1, 5);
            string[] tags = [.. crf.Decode(emissions)[0].Select(tag => Bio[tag])];
            for (int t = 0; t < tags.Length; t++)
            {
                if (tags[t][0] == 'I') Assert.True(t > 0 && tags[t - 1] != "O" && tags[t - 1][2..] == tags[t][2..], string.Join(' ', tags));
            }

            Assert.Equal(0, crf.Marginals(emissions)[0, 0, 2]);
        }

        double[] gradient = [.. crf.Parameters[0].Gradient];
        _ = Losses(crf, Layers.Make.Normal(1, 6, 1, 5), [6], [[0, 1, 2, 2, 0, 3]], out _);
        Assert.Equal(gradient[2], crf.Parameters[0].Gradient[2]);
        Assert.NotEqual(gradient[1], crf.Parameters[0].Gradient[1]);
    }

    [Fact]
    public void Gradients_reach_the_weights_of_a_model()
    {
        Tagger<double> model = new(3, 4, 5);
        Tensor<double> tags = Tensors.Classes<double>(new[,] { { 0, 3 }, { 1, 4 }, { 2, 0 }, { 0, 1 } });
        Dataset<double> samples = new(Layers.Make.Normal(23, 4, 2, 3), Tensors.Zeros<double>(2, 1), [4, 2]) { More = [new(tags, [4, 2])] };
        GradientReport report = GradientCheck.Run(model, samples, Mean).RequirePassed();
        Assert.Contains(report.Rows, row => row.Name.Contains("Crf.transitions", StringComparison.Ordinal));
        GradientCheck.Run(model, samples, Mean, directions: 3).RequirePassed();
    }

    [Fact]
    public void A_model_learns_transitions()
    {
        // What the input says of each step is worth little; that A and B take turns is worth all.
        Tagger<float> model = new(2, 1, 5);
        RandomStream random = new(6, "test");
        Tensor<float> x = Tensors.Zeros<float>(12, 60, 2), tags = Tensors.Zeros<float>(12, 60, 1);
        for (int b = 0; b < 60; b++)
        {
            int phase = random.NextInt(2);
            for (int t = 0; t < 12; t++)
            {
                int truth = (t + phase) % 2;
                tags[t, b, 0] = 1 + (2 * truth);
                x[t, b, truth] = (float)(0.7 + random.NextNormal());
            }
        }

        Dataset<float> samples = new(x, Tensors.Zeros<float>(60, 1)) { More = [new(tags)] };
        model.Train(samples, Mean, new Adam(0.05), epochs: 40, batchSize: 20, seed: 1);
        int[][] found = model.Crf.Decode(model.Predict(x));
        int right = 0;
        for (int b = 0; b < 60; b++)
            for (int t = 0; t < 12; t++) right += found[b][t] == (int)tags[t, b, 0] ? 1 : 0;
        Assert.True(right > 0.95 * 720, $"{right}");
    }

    [Fact]
    public void Long_sequences_stay_finite()
    {
        const int steps = 2000, classes = 7;
        int[] path = [.. Enumerable.Range(0, steps).Select(t => t * 5 % classes)];
        double[] numbers = [.. Layers.Make.Normal(24, steps, 1, classes).ToArray().Select(value => 30 * value)];
        Crf<double> crf = new(classes);
        Crf<float> single = new(classes);
        Tensor<double> emissions = Tensors.Of(numbers, steps, 1, classes);
        double loss = Losses(crf, emissions, [steps], [path], out Tensor<double> gradient)[0];
        float ofFloat = Losses(single, emissions.To<float>(), [steps], [path], out Tensor<float> gradientOfFloat)[0];
        Assert.True(double.IsFinite(loss) && loss > 0);
        Assert.Equal(loss, ofFloat, 1e-6 * loss);
        foreach (double[] row in gradient.ToArray().Chunk(classes)) Assert.Equal(0, row.Sum(), 1e-9);
        Assert.All(gradientOfFloat.ToArray(), value => Assert.True(float.IsFinite(value)));

        // Without scores each step stands alone: the loss is a sum of softmax cross-entropies.
        double[][] rows = [.. numbers.Chunk(classes)];
        double expected = rows.Index().Sum(row =>
            row.Item.Max() + Math.Log(row.Item.Sum(value => Math.Exp(value - row.Item.Max()))) - row.Item[path[row.Index]]);
        Assert.Equal(expected, loss, 1e-11 * expected);
        Assert.Equal(rows.Select(row => row.IndexOf(row.Max())), crf.Decode(emissions)[0]);
    }

    [Fact]
    public void Padding_and_the_batch_change_no_bit()
    {
        int[][] paths = [[0, 1, 2], [1, 2, 0, 0, 3], [3]];
        Crf<float> crf = new(4);
        crf.Initialize(3);
        Tensor<float> emissions = Layers.Make.Normal<float>(25, 5, 3, 4);
        float[] losses = Losses(crf, emissions, [3, 5, 1], paths, out Tensor<float> gradient);
        float[] ofWeights = [.. crf.Parameters.SelectMany(parameter => parameter.Gradient)];
        for (int t = 3; t < 5; t++) emissions[t, 0, 2] = float.NaN;
        crf.ClearGradients();
        Assert.Equal(losses, Losses(crf, emissions, [3, 5, 1], paths, out Tensor<float> again));
        Assert.Equal(gradient.ToArray(), again.ToArray());
        crf.ClearGradients();
        for (int b = 0; b < 3; b++)
        {
            int length = paths[b].Length;
            Tensor<float> alone = Tensors.Fill((t, _, k) => emissions[t, b, k], length, 1, 4);
            Assert.Equal(losses[b], Losses(crf, alone, [length], [paths[b]], out Tensor<float> gradientAlone)[0]);
            Assert.Equal(Tensors.Fill((t, _, k) => gradient[t, b, k], length, 1, 4).ToArray(), gradientAlone.ToArray());
        }

        Assert.Equal(ofWeights, crf.Parameters.SelectMany(parameter => parameter.Gradient));
    }

    [Fact]
    public void A_repeated_pass_allocates_nothing()
    {
        Crf<float> crf = new(4);
        Tape<float> tape = new();
        Tensor<float> emissions = Layers.Make.Normal<float>(26, 5, 2, 4), dL = Tensors.Of([1f, 2], 2, 1);
        Tensor<float> tags = Tensors.Zeros<float>(5, 2, 1);
        int[] lengths = [5, 3];
        for (int n = 0; n < 3; n++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int n = 0; n < 3; n++) Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Step()
        {
            tape.Begin(Pass.PredictWithGradient);
            Value<float> e = tape.Input(emissions, lengths, needsGradient: true);
            tape.Backward((crf.Loss(e, tape.Input(tags)), dL));
        }
    }

    [Fact]
    public void A_sequence_of_no_steps_costs_nothing()
    {
        (Crf<double> crf, Tensor<double> emissions, _) = Make(27, 3, isBio: false, [[0, 1], [0, 1]]);
        Assert.Equal(0, Losses(crf, emissions, [2, 0], [[0, 1], []], out _)[1]);
        Assert.Empty(crf.Decode(emissions, [2, 0])[1]);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        (Crf<double> crf, Tensor<double> emissions, int[] lengths) = Make(28, 5, isBio: true, [[0, 1, 2]]);
        Refused("tag 2 may not follow tag 0", () => Losses(crf, emissions, lengths, [[0, 2, 0]], out _));
        Refused("tag 4 may not follow the start", () => Losses(crf, emissions, lengths, [[4, 0, 0]], out _));
        Refused("must be a class number from 0 to 4, but is 5", () => Losses(crf, emissions, lengths, [[0, 5, 0]], out _));
        LayerChecks.Refused("emissions", () => Losses(new Crf<double>(4), emissions, lengths, [[0, 0, 0]], out _));
        LayerChecks.Refused("tags must be [T, B, 1]", () => Losses(crf, emissions, lengths, [[0, 0]], out _));
        LayerChecks.Refused("emissions must be", () => crf.Decode(Tensors.Zeros<double>(3, 4)));
        LayerChecks.Refused("greater than zero", () => new Crf<double>(0));
        Crf<double> one = new(2, (from, to) => from != 1 && to is not null);
        Refused("No sequence of 3 tags is allowed", () => one.Decode(Tensors.Zeros<double>(3, 1, 2)));
        Refused("No sequence of 3 tags is allowed", () => one.Marginals(Tensors.Zeros<double>(3, 1, 2)));
        Refused("takes emissions and tags", () => crf.Forward(emissions, Pass.Predict));
        Refused("must be O, B-type or I-type, but is 'X'", () => BioTags.MayFollow(["O", "X"]));

        static void Refused(string part, Func<object> call) =>
            Assert.Contains(part, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BIO_tags_say_what_may_follow()
    {
        Assert.Equal(["O", "B-A", "I-A", "B-B", "I-B"], Bio);
        Crf<double> crf = new(5, BioTags.MayFollow(Bio));
        bool[] intoIOfA = [.. Enumerable.Range(0, 5).Select(from => crf.MayFollow(from, 2))];
        Assert.Equal([false, true, true, false, false], intoIOfA);
        Assert.False(crf.MayFollow(null, 2));
        Assert.True(crf.MayFollow(null, 1) && crf.MayFollow(2, null) && crf.MayFollow(4, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => crf.MayFollow(5, 0));
    }

    private static (Crf<double> Crf, Tensor<double> Emissions, int[] Lengths) Make(ulong seed, int classes, bool isBio, int[][] paths)
    {
        Crf<double> crf = new(classes, isBio ? BioTags.MayFollow(Bio) : null);
        LayerChecks.Randomized(crf);
        int[] lengths = [.. paths.Select(path => path.Length)];
        return (crf, Layers.Make.Normal(seed, lengths.Max(), paths.Length, classes), lengths);
    }

    private static CrfTwin Twin(Crf<double> crf, Tensor<double> emissions) =>
        new(emissions.ToArray(), [.. crf.Parameters.SelectMany(parameter => parameter.Values)], crf.Tags, crf.MayFollow);

    private static T[] Losses<T>(Crf<T> crf, Tensor<T> emissions, int[] lengths, int[][] paths, out Tensor<T> gradient)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> tags = Tensors.Fill(
            (t, b, _) => t < paths[b].Length ? T.CreateChecked(paths[b][t]) : T.Zero, paths.Max(path => path.Length), paths.Length, 1);
        Tape<T> tape = new Tape<T>().Begin(Pass.PredictWithGradient);
        Value<T> e = tape.Input(emissions, lengths, needsGradient: true);
        Value<T> loss = crf.Forward(e, tape.Input(tags));
        Assert.Equal($"[{paths.Length}, 1]", loss.Data.Shape());
        tape.Backward((loss, Tensors.Fill(_ => T.One, paths.Length, 1)));
        gradient = e.Gradient!.Copy();
        return loss.Data.ToArray();
    }

    private static void AssertNear(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int n = 0; n < expected.Length; n++) Assert.Equal(expected[n], found[n], 1e-12);
    }

    private sealed class Tagger<T>(int inputs, int units, int tags) : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        private readonly Lstm<T> _lstm = new(inputs, units, bidirectional: true);
        private readonly Dense<T> _dense = new(2 * units, tags);

        public Crf<T> Crf { get; } = new(tags, BioTags.MayFollow(Bio));

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
        {
            Value<T> emissions = _dense.Forward(_lstm.Forward(inputs[0]));
            return inputs.Length == 1 ? emissions : Crf.Loss(emissions, inputs[1]);
        }
    }
}
