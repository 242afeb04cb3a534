using System.Numerics.Tensors;
using CsCheck;
using LstmLab.Tests.Numerics;
using Xunit;

namespace LstmLab.Tests.Losses;

public class LossTests(ITestOutputHelper output)
{
    private static readonly Gen<(double P, double Y)[]> Pairs = Gen.Select(Gen.Double[-5, 5], Gen.Double[-5, 5]).Array[1, 20];

    private static readonly Loss[] Losses =
    [
        new MeanSquaredError(), new MeanAbsoluteError(), new HuberLoss(), new HuberLoss(0.3), new QuantileLoss(0.1, 0.5, 0.9),
        new SoftmaxCrossEntropy(), new SoftmaxCrossEntropy(labelSmoothing: 0.1, classWeights: [0.5, 2, 1.25], ignoreClass: 2),
        new BinaryCrossEntropyWithLogits(), new BinaryCrossEntropyWithLogits(positiveWeight: 2.5),
        Loss.Of((prediction, target) => (Math.Cos(prediction - target), -Math.Sin(prediction - target))),
    ];

    public static TheoryData<int> AllLosses => [.. Enumerable.Range(0, Losses.Length)];

    [Fact]
    public void Quantiles_of_several_targets_are_the_mean_of_each_ones()
    {
        QuantileLoss loss = new(0.1, 0.9);
        Tensor<double> both = Tensors.Of([1.0, 4, 2, 7], 1, 4), targets = Tensors.Of([3.0, 5], 1, 2);
        double one = loss.Evaluate(Tensors.Of([1.0, 4], 1, 2), Tensors.Of([3.0], 1, 1)), other = loss.Evaluate(Tensors.Of([2.0, 7], 1, 2), Tensors.Of([5.0], 1, 1));
        Assert.Equal((one + other) / 2, loss.Evaluate(both, targets), 1e-15);
    }

    [Fact]
    public void Values_and_gradients_agree_with_hand_computation()
    {
        // Differences 1, −2, 0, 0.5.
        Check(new MeanSquaredError(), [3, 0, 1, 2.5], [2, 2, 1, 2], 5.25 / 4, [0.5, -1, 0, 0.25]);
        Check(new MeanAbsoluteError(), [3, 0, 1, 2.5], [2, 2, 1, 2], 3.5 / 4, [0.25, -0.25, 0, 0.25]);
        Check(new HuberLoss(), [3, 0, 1, 2.5], [2, 2, 1, 2], (0.5 + 1.5 + 0 + 0.125) / 4, [0.25, -0.25, 0, 0.125]);
        Check(new HuberLoss(0.5), [3, 0, 1, 2.5], [2, 2, 1, 2], (0.375 + 0.875 + 0 + 0.125) / 4, [0.125, -0.125, 0, 0.125]);
        // Two targets, 2 and 1, levels 0.25 and 0.75: u = 1, −1; 0, 2.
        Check(new QuantileLoss(0.25, 0.75), [1, 3, 1, -1], [2, 1], (0.25 + 0.25 + 0 + 1.5) / 4, [-0.0625, 0.0625, 0, -0.1875], 2);
        // Odds 1 : 3 of the classes 0 and 1.
        double ln3 = Math.Log(3);
        Check(new SoftmaxCrossEntropy(), [0, ln3, 0, ln3], [1, 0], (Math.Log(4.0 / 3) + Math.Log(4)) / 2, [0.125, -0.125, -0.375, 0.375], 2);
    }

    [Theory]
    [MemberData(nameof(AllLosses))]
    public void Gradients_agree_with_central_differences(int index)
    {
        Loss loss = Losses[index];
        foreach (int[]? lengths in new int[]?[] { null, [4, 1] })
        {
            (double[] prediction, Tensor<double> p, Tensor<double> y) = Batch(loss);
            double[] gradient = new double[prediction.Length];
            loss.Evaluate(p, y, Tensors.Of(gradient, 4, 2, 3), lengths);
            GradientReport report = GradientCheck.Run([("prediction", prediction, gradient)], () => loss.Evaluate(p, y, lengths: lengths)).RequirePassed();
            output.WriteLine($"{loss.Settings}: {report.LargestCentralDifferenceError:0.0E+00}");
        }
    }

    [Theory]
    [MemberData(nameof(AllLosses))]
    public void Padding_does_not_count(int index)
    {
        Loss loss = Losses[index];
        (double[] values, Tensor<double> prediction, Tensor<double> target) = Batch(loss);
        int[] kept = [0, 1, 2, 4, 6];   // rows t·B + b with t < (4, 1)[b]
        int targetWidth = (int)target.Lengths[2];
        double[] truth = target.ToArray();
        Tensor<double> keptPrediction = Tensors.Of(kept.SelectMany(row => values[(row * 3)..((row + 1) * 3)]).ToArray(), 5, 3);
        Tensor<double> keptTarget = Tensors.Of(kept.SelectMany(row => truth[(row * targetWidth)..((row + 1) * targetWidth)]).ToArray(), 5, targetWidth);
        foreach (int row in new[] { 3, 5, 7 })
        {
            Array.Fill(values, double.NaN, row * 3, 3);
            Array.Fill(truth, -7.5, row * targetWidth, targetWidth);
        }

        double[] gradient = [.. Enumerable.Repeat(9.0, 24)], keptGradient = new double[15];
        double padded = loss.Evaluate(prediction, Tensors.Of(truth, 4, 2, targetWidth), Tensors.Of(gradient, 4, 2, 3), [4, 1]);
        Assert.Equal(loss.Evaluate(keptPrediction, keptTarget, Tensors.Of(keptGradient, 5, 3)), padded);
        for (int row = 0; row < 8; row++)
            Assert.Equal(kept.Contains(row) ? keptGradient[(Array.IndexOf(kept, row) * 3)..][..3] : [0, 0, 0], gradient[(row * 3)..((row + 1) * 3)]);
    }

    // Lengths that end together, apart, and nowhere; rows of one number and of more than a vector.
    [Theory]
    [InlineData(5, 7, 1), InlineData(9, 40, 1), InlineData(4, 6, 3), InlineData(3, 5, 16), InlineData(2, 3, 37), InlineData(1, 1, 1)]
    public void Sum_and_gradients_have_the_bits_of_their_definition(int T, int B, int O)
    {
        Func<double, (double, double)>[] formulas =
        [
            d => (d * d, 2 * d), d => (Math.Abs(d), Math.Sign(d)),
            d => (Math.Abs(d) <= 1 ? d * d / 2 : Math.Abs(d) - 0.5, Math.Clamp(d, -1, 1)),
            d => (Math.Abs(d) <= 0.3 ? d * d / 2 : 0.3 * (Math.Abs(d) - (0.3 / 2)), Math.Clamp(d, -0.3, 0.3)),
        ];
        RandomStream random = new(4, "definition", T);
        int[] lengths = [.. Enumerable.Range(0, B).Select(_ => 1 + random.NextInt(T))];
        for (int loss = 0; loss < formulas.Length; loss++)
        {
            foreach (int[]? some in new[] { null, lengths, [.. lengths.OrderDescending()], [.. Enumerable.Repeat(T, B)] })
            {
                Check<float>(Losses[loss], formulas[loss], some);
                Check<double>(Losses[loss], formulas[loss], some);
            }
        }

        void Check<TNumber>(Loss loss, Func<double, (double Loss, double Slope)> formula, int[]? lengths) where TNumber : struct, System.Numerics.IBinaryFloatingPointIeee754<TNumber>
        {
            Tensor<TNumber> prediction = Draw(), target = Draw(), gradient = Draw();
            bool Counts(int n) => lengths is null || n / O / B < lengths[n / O % B];
            (double Loss, double Slope)[] all = [.. prediction.ToArray().Zip(target.ToArray(), (p, y) => formula(double.CreateChecked(p) - double.CreateChecked(y)))];
            double[] terms = [.. all.Where((_, n) => Counts(n)).Select(one => one.Loss)];
            double expected = InterleavedSumTests.ByDefinition(terms) / terms.Length, scale = 1.0 / terms.Length;
            Assert.Equal(expected, loss.Evaluate(prediction, target, gradient, lengths));
            Assert.Equal(expected, loss.Evaluate(prediction, target, null, lengths));
            Assert.Equal(all.Select((one, n) => Counts(n) ? TNumber.CreateChecked(one.Slope * scale) : TNumber.Zero), gradient.ToArray());
            Tensor<TNumber> Draw() => Tensors.Fill(_ => TNumber.CreateChecked(random.NextNormal()), T, B, O);
        }
    }

    [Theory]
    [MemberData(nameof(AllLosses))]
    public void Float_follows_double_and_full_lengths_change_no_bit(int index)
    {
        Loss loss = Losses[index];
        (double[] values, Tensor<double> prediction, Tensor<double> target) = Batch(loss);
        (double[] gradient, double[] masked, float[] single) = (new double[24], new double[24], new float[24]);
        double exact = loss.Evaluate(prediction, target, Tensors.Of(gradient, 4, 2, 3));
        Assert.Equal(exact, loss.Evaluate(prediction, target, Tensors.Of(masked, 4, 2, 3), [4, 4]));
        Assert.Equal(gradient, masked);
        Assert.Equal(exact, loss.Evaluate(prediction.To<double, float>(), target.To<double, float>(), Tensors.Of(single, 4, 2, 3)), 1e-6);
        for (int n = 0; n < 24; n++) Assert.Equal(gradient[n], single[n], 1e-6);
        (Tensor<double> rows, Tensor<double> truth) = (Tensors.Of(values, 8, 3), Tensors.Of(target.ToArray(), 8, (int)target.Lengths[2]));
        Assert.Equal(exact, loss.Evaluate(rows, truth));
        Assert.Equal(exact, loss.Evaluate(rows, truth, lengths: [9, 1, 5, 2, 7, 3, 3, 8]));
    }

    [Theory]
    [MemberData(nameof(AllLosses))]
    public void NaN_shows_in_the_loss_and_is_no_exception(int index)
    {
        Loss loss = Losses[index];
        (double[] values, Tensor<double> prediction, Tensor<double> target) = Batch(loss);
        double kept = values[4];
        values[4] = double.NaN;
        Tensor<double> gradient = Tensors.Zeros<double>(4, 2, 3);
        Assert.Equal(double.NaN, loss.Evaluate(prediction, target, gradient));
        Assert.Equal(double.NaN, gradient.ToArray()[4]);
        values[4] = kept;
        double[] truth = target.ToArray();
        truth[1] = double.NaN;
        Assert.Equal(double.NaN, loss.Evaluate(prediction, Tensors.Of(truth, 4, 2, (int)target.Lengths[2]), gradient));
        Assert.Contains(double.NaN, gradient.ToArray());
    }

    [Theory]
    [MemberData(nameof(AllLosses))]
    public void Evaluate_allocates_nothing(int index)
    {
        Loss loss = Losses[index];
        (_, Tensor<double> exact, Tensor<double> truth) = Batch(loss);
        (Tensor<float> prediction, Tensor<float> target, Tensor<float> gradient) = (exact.To<double, float>(), truth.To<double, float>(), Tensors.Zeros<float>(4, 2, 3));
        int[] lengths = [4, 1];
        Tensor<float> weights = Tensors.Of([0.5f, 2], 2);
        Both();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Both();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Both()
        {
            loss.Evaluate(prediction, target, gradient);
            loss.Evaluate(prediction, target, gradient, lengths);
            loss.Evaluate(prediction, target, out _, gradient, lengths, weights);
        }
    }

    [Fact]
    public void Huber_lies_below_half_the_square_and_below_delta_times_the_magnitude() => Gen.Select(Pairs, Gen.Double[0.1, 3]).Sample((pairs, delta) =>
    {
        double huber = Of(new HuberLoss(delta), pairs), square = Of(new MeanSquaredError(), pairs), absolute = Of(new MeanAbsoluteError(), pairs);
        Assert.InRange(huber, (delta * (absolute - (delta / 2))) - 1e-12, Math.Min(square / 2, delta * absolute) + 1e-12);
        Assert.Equal(square / 2, Of(new HuberLoss(20), pairs), 1e-12);
    });

    [Fact]
    public void The_median_loss_is_half_the_absolute_error_and_mirrored_levels_mirror() => Gen.Select(Pairs, Gen.Double[0.01, 0.99]).Sample((pairs, level) =>
    {
        Assert.Equal(Of(new MeanAbsoluteError(), pairs) / 2, Of(new QuantileLoss(0.5), pairs), 1e-12);
        Assert.Equal(Of(new QuantileLoss(level), pairs), Of(new QuantileLoss(1 - level), [.. pairs.Select(pair => (-pair.P, -pair.Y))]), 1e-12);
    });

    [Fact]
    public void Cross_entropy_is_not_negative_and_ignores_a_common_shift() =>
        Gen.Select(Gen.Double[-30, 30].Array[2, 9], Gen.Double[-1e3, 1e3], Gen.Int[0, 8]).Sample((logits, shift, label) =>
        {
            Tensor<double> target = Tensors.Of([(double)(label % logits.Length)], 1, 1);
            double[] gradient = new double[logits.Length];
            double loss = new SoftmaxCrossEntropy().Evaluate(Tensors.Of(logits, 1, logits.Length), target, Tensors.Of(gradient, 1, logits.Length));
            Assert.True(loss >= 0);
            Assert.Equal(0, gradient.Sum(), 1e-14);
            Assert.Equal(loss, new SoftmaxCrossEntropy().Evaluate(Tensors.Of([.. logits.Select(z => z + shift)], 1, logits.Length), target), 1e-11);
        });

    [Fact]
    public void Cross_entropy_stays_finite_for_huge_logits()
    {
        Tensor<float> logits = Tensors.Of([3e38f, -3e38f, 0], 1, 3);
        Assert.Equal(0, new SoftmaxCrossEntropy().Evaluate(logits, Tensors.Of([0f], 1, 1)));
        Assert.Equal(2.0 * 3e38f, new SoftmaxCrossEntropy().Evaluate(logits, Tensors.Of([1f], 1, 1)));
        Assert.Equal(Math.Log(3), new SoftmaxCrossEntropy().Evaluate(Tensors.Zeros<double>(2, 3), Tensors.Zeros<double>(2, 1)), 1e-15);
    }

    [Fact]
    public void Shape_errors_name_both_shapes_and_leave_the_gradient()
    {
        Tensor<double> prediction = Tensors.Zeros<double>(4, 2, 3);
        MeanSquaredError mse = new();
        Refuses("target must be [4, 2, 3] for a prediction of [4, 2, 3], but is [4, 2, 1].", () => mse.Evaluate(prediction, Tensors.Zeros<double>(4, 2, 1)));
        Refuses("target must be [4, 2, 3] for a prediction of [4, 2, 3], but is [4, 3].", () => mse.Evaluate(prediction, Tensors.Zeros<double>(4, 3)));
        Refuses("target must be [4, 2, 3] for a prediction of [4, 2, 3], but is [2, 4, 3].", () => mse.Evaluate(prediction, Tensors.Zeros<double>(2, 4, 3)));
        Refuses("gradient must be [4, 2, 3] for a prediction of [4, 2, 3], but is [4, 2].", () => mse.Evaluate(prediction, prediction, Tensors.Zeros<double>(4, 2)));
        Refuses("target must be [4, 2, 1] for a prediction of [4, 2, 3], but is [4, 2, 3].", () => new SoftmaxCrossEntropy().Evaluate(prediction, prediction));
        Refuses("The last axis of prediction must hold one value for each of the 2 levels and each target, but has length 3.", () => new QuantileLoss(0.1, 0.9).Evaluate(prediction, Tensors.Zeros<double>(4, 2, 1)));
        Refuses("prediction is [4, 0, 3]: a mean over no elements does not exist.", () => mse.Evaluate(Tensors.Zeros<double>(4, 0, 3), Tensors.Zeros<double>(4, 0, 3)));
        Refuses("lengths must hold one length a sequence, [B] = 2, but holds 3.", () => mse.Evaluate(prediction, prediction, lengths: [1, 2, 3]));
        Refuses("lengths[1] must be between 1 and T = 4, but is 5.", () => mse.Evaluate(prediction, prediction, lengths: [1, 5]));
        Refuses("lengths[0] must be between 1 and T = 4, but is 0.", () => mse.Evaluate(prediction, prediction, lengths: [0, 4]));
        Refuses("lengths must hold one length a sequence, [B] = 4, but holds 2.", () => mse.Evaluate(Tensors.Zeros<double>(4, 2), Tensors.Zeros<double>(4, 2), lengths: [4, 4]));
        Refuses("lengths need a prediction of [T, B, O] or [B, O], but it is [4].", () => mse.Evaluate(Tensors.Zeros<double>(4), Tensors.Zeros<double>(4), lengths: [1, 1, 1, 1]));

        static void Refuses(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ShapeException>(action).Message);
    }

    [Theory]
    [InlineData(3, "3")]
    [InlineData(-1, "-1")]
    [InlineData(0.5, "0.5")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void A_target_that_is_no_class_is_named_by_position_and_the_gradient_left(double label, string shown)
    {
        double[] labels = [0, 1, 2, 0, 1, label, 0, 1], gradient = [.. Enumerable.Repeat(9.0, 24)];
        foreach (int[]? lengths in new int[]?[] { null, [2, 3] })
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() =>
                new SoftmaxCrossEntropy().Evaluate(Tensors.Zeros<double>(4, 2, 3), Tensors.Of(labels, 4, 2, 1), Tensors.Of(gradient, 4, 2, 3), lengths));
            Assert.Equal($"target[2, 1, 0] must be a class, an integer 0 … 2, but is {shown}.", error.Message);
            Assert.All(gradient, entry => Assert.Equal(9, entry));
        }
    }

    [Fact]
    public void Errors_name_parameter_range_and_value()
    {
        Assert.Equal("delta must be in (0, ∞), but is 0. (Parameter 'delta')", Assert.Throws<ArgumentOutOfRangeException>(() => new HuberLoss(0)).Message);
        ArgumentOutOfRangeException level = Assert.Throws<ArgumentOutOfRangeException>(() => new QuantileLoss(0.5, 1));
        Assert.StartsWith("levels[1] must be in (0, 1), but is 1.", level.Message, StringComparison.Ordinal);
        Assert.Equal("levels must hold at least one level in (0, 1), but is empty.", Assert.Throws<ArgumentException>(() => new QuantileLoss()).Message);
    }

    [Fact]
    public void Names_are_the_fields() => Assert.Equal(
        [
            "mean squared error", "mean absolute error", "Huber loss", "Huber loss", "quantile loss",
            "softmax cross-entropy", "softmax cross-entropy", "binary cross-entropy with logits", "binary cross-entropy with logits", "custom loss",
        ],
        Losses.Select(loss => loss.Name));

    [Fact]
    public void Every_setting_changes_the_text_of_the_settings()
    {
        Loss[] losses =
        [
            new MeanSquaredError(), new MeanAbsoluteError(), new HuberLoss(), new HuberLoss(Math.BitIncrement(1.0)),
            new QuantileLoss(0.1), new QuantileLoss(0.1, 0.5), new QuantileLoss(0.1, Math.BitIncrement(0.5)),
            new SoftmaxCrossEntropy(), new SoftmaxCrossEntropy(0.1), new SoftmaxCrossEntropy(classWeights: [1, 1]),
            new SoftmaxCrossEntropy(classWeights: [1, 2]), new SoftmaxCrossEntropy(ignoreClass: 0), new SoftmaxCrossEntropy(ignoreClass: -100),
            new NegativeLogLikelihood(), new NegativeLogLikelihood([1, 2]), new NegativeLogLikelihood(ignoreClass: 1),
            new BinaryCrossEntropyWithLogits(), new BinaryCrossEntropyWithLogits(2),
            Loss.Of((_, _) => (0, 0)), Loss.Of((_, _) => (0, 0), "quartic"),
        ];
        Assert.Distinct(losses.Select(loss => loss.Settings));
        Assert.Equal("HuberLoss(delta: 0.3)", new HuberLoss(0.3).Settings);
        Assert.Equal(
            "SoftmaxCrossEntropy(labelSmoothing: 0.1, classWeights: [1, 0.5], ignoreClass: none)",
            new SoftmaxCrossEntropy(0.1, [1, 0.5]).Settings);
    }

    [Theory]
    [MemberData(nameof(AllLosses))]
    public void Weights_are_the_mean_of_the_rows_losses_by_weight(int index)
    {
        Loss loss = Losses[index];
        (double[] values, Tensor<double> prediction, Tensor<double> target) = Batch(loss);
        int targetWidth = (int)target.Lengths[2];
        double[] truth = target.ToArray(), perStep = [0.5, 2, 0, 1.5, 0.25, 3, 1, 7], perSequence = [0.5, 3];
        (double sum, double total) = (0, 0);
        double[] expected = new double[24];
        for (int row = 0; row < 8; row++)
        {
            // Rows 3, 5 and 7 are padding, row 2 weighs nothing, and what the ignored class leaves out has no mean of its own.
            if (row is 2 or 3 or 5 or 7 || (loss is SoftmaxCrossEntropy { IgnoreClass: { } ignored } && truth[row] == ignored)) continue;
            Tensor<double> gradient = Tensors.Zeros<double>(1, 3);
            Tensor<double> rowOfP = Tensors.Of(values[(row * 3)..((row + 1) * 3)], 1, 3);
            Tensor<double> rowOfY = Tensors.Of(truth[(row * targetWidth)..((row + 1) * targetWidth)], 1, targetWidth);
            double one = loss.Evaluate(rowOfP, rowOfY, out double weight, gradient);
            sum += perStep[row] * weight * one;
            total += perStep[row] * weight;
            for (int n = 0; n < 3; n++) expected[(row * 3) + n] = perStep[row] * weight * gradient[0, n];
        }

        double[] found = [.. Enumerable.Repeat(9.0, 24)];
        values[6] = double.NaN;   // row 2
        double mean = loss.Evaluate(prediction, target, out double counted, Tensors.Of(found, 4, 2, 3), [4, 1], Tensors.Of(perStep, 4, 2));
        Assert.Equal(total, counted, 1e-14);
        Assert.Equal(sum / total, mean, 1e-14);
        Assert.Equal(expected.Select(slope => slope / total), found, (a, b) => Math.Abs(a - b) < 1e-14);
        values[6] = 0.5;

        double[] spread = new double[24], alike = new double[24];
        double bySequence = loss.Evaluate(prediction, target, Tensors.Of(spread, 4, 2, 3), [4, 1], Tensors.Of(perSequence, 2));
        Tensor<double> repeated = Tensors.Fill(n => perSequence[n % 2], 4, 2), halves = Tensors.Fill(_ => 0.5, 4, 2);
        Assert.Equal(loss.Evaluate(prediction, target, Tensors.Of(alike, 4, 2, 3), [4, 1], repeated), bySequence);
        Assert.Equal(alike, spread);
        double unweighted = loss.Evaluate(prediction, target, Tensors.Of(alike, 4, 2, 3), [4, 1]);
        Assert.Equal(unweighted, loss.Evaluate(prediction, target, Tensors.Of(spread, 4, 2, 3), [4, 1], halves), 1e-15);
        Assert.Equal(alike, spread, (a, b) => Math.Abs(a - b) < 1e-16);
    }

    [Theory]
    [MemberData(nameof(AllLosses))]
    public void Weighted_gradients_agree_with_central_differences(int index)
    {
        Loss loss = Losses[index];
        (double[] prediction, Tensor<double> p, Tensor<double> y) = Batch(loss);
        Tensor<double> weights = Tensors.Fill(n => 0.5 + n, 4, 2);
        double[] gradient = new double[prediction.Length];
        loss.Evaluate(p, y, Tensors.Of(gradient, 4, 2, 3), [4, 2], weights);
        GradientCheck.Run([("prediction", prediction, gradient)], () => loss.Evaluate(p, y, lengths: [4, 2], weights: weights)).RequirePassed();
    }

    [Fact]
    public void The_weight_is_what_the_mean_was_taken_over()
    {
        Tensor<double> prediction = Tensors.Zeros<double>(4, 2, 3);
        Tensor<double> classes = Tensors.Classes<double>(new[,] { { 0, 1 }, { 2, 1 }, { 1, 1 }, { 0, 2 } });
        new MeanSquaredError().Evaluate(prediction, prediction, out double all);
        new MeanSquaredError().Evaluate(prediction, prediction, out double counted, lengths: [4, 1]);
        new QuantileLoss(0.1, 0.5, 0.9).Evaluate(prediction, Tensors.Zeros<double>(4, 2, 1), out double levels);
        new SoftmaxCrossEntropy().Evaluate(prediction, classes, out double targets, lengths: [4, 1]);
        new SoftmaxCrossEntropy(classWeights: [1, 2, 4], ignoreClass: 1).Evaluate(prediction, classes, out double weights);
        new MeanSquaredError().Evaluate(prediction, prediction, out double weighted, weights: Tensors.Of([0.5, 2], 2));
        Assert.Equal((24, 15, 24, 5, 10, 30), (all, counted, levels, targets, weights, weighted));
    }

    [Fact]
    public void A_loss_of_the_user_has_the_bits_of_the_one_it_writes_down()
    {
        RandomStream random = new(7, "own");
        Loss own = Loss.Of((prediction, target) => ((prediction - target) * (prediction - target), 2 * (prediction - target)));
        Tensor<float> p = Tensors.Fill(_ => (float)random.NextNormal(), 5, 3, 7), y = Tensors.Fill(_ => (float)random.NextNormal(), 5, 3, 7);
        Tensor<float> first = Tensors.Like(p), second = Tensors.Like(p);
        Assert.Equal(new MeanSquaredError().Evaluate(p, y, first, [5, 2, 3]), own.Evaluate(p, y, second, [5, 2, 3]));
        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void Wrong_weights_are_refused_and_leave_the_gradient()
    {
        Tensor<double> prediction = Tensors.Zeros<double>(4, 2, 3);
        double[] gradient = [.. Enumerable.Repeat(9.0, 24)];
        Refuses<ShapeException>("[4, 2] or [2]", Tensors.Zeros<double>(4));
        Refuses<ShapeException>("[2, 4]", Tensors.Zeros<double>(2, 4));
        Refuses<ArgumentException>("weights[1] must be in [0, ∞), but is -1", Tensors.Of([1.0, -1], 2));
        Refuses<ArgumentException>("weights[0, 1] must be in [0, ∞), but is NaN", Tensors.Of([1, double.NaN, 1, 1, 1, 1, 1, 1], 4, 2));
        Refuses<ArgumentException>("[4, 2, 3]", Tensors.Zeros<double>(2));
        Assert.All(gradient, slope => Assert.Equal(9, slope));

        void Refuses<TException>(string fact, Tensor<double> weights) where TException : Exception
        {
            TException error = Assert.Throws<TException>(() =>
                new MeanSquaredError().Evaluate(prediction, prediction, Tensors.Of(gradient, 4, 2, 3), weights: weights));
            Assert.Contains(fact, error.Message, StringComparison.Ordinal);
        }
    }

    private static void Check(Loss loss, double[] prediction, double[] target, double value, double[] gradient, int width = 1)
    {
        double[] found = [.. Enumerable.Repeat(9.0, prediction.Length)];
        int rows = prediction.Length / width;
        Assert.Equal(value, loss.Evaluate(Tensors.Of(prediction, rows, width), Tensors.Of(target, rows, 1), Tensors.Of(found, rows, width)), 1e-15);
        Assert.Equal(gradient, found, (a, b) => Math.Abs(a - b) < 1e-15);
    }

    private static double Of(Loss loss, (double P, double Y)[] pairs) =>
        loss.Evaluate(Tensors.Of(pairs.Select(pair => pair.P).ToArray(), pairs.Length, 1), Tensors.Of(pairs.Select(pair => pair.Y).ToArray(), pairs.Length, 1));

    // Predictions [4, 2, 3] kept away from the kinks by more than the largest difference step, 0.1.
    private static (double[] Values, Tensor<double> Prediction, Tensor<double> Target) Batch(Loss loss)
    {
        RandomStream random = new(3, "loss");
        double[] values = [.. Enumerable.Range(0, 24).Select(_ => random.NextUniform(0.45, 0.85) * (random.NextInt(2) == 0 ? 1 : -1))];
        Tensor<double> target = loss switch
        {
            BinaryCrossEntropyWithLogits => Tensors.Fill(n => n % 4 / 3.0, 4, 2, 3),
            ClassLoss => Tensors.Fill<double>(n => n % 3, 4, 2, 1),
            QuantileLoss => Tensors.Zeros<double>(4, 2, 1),
            _ => Tensors.Zeros<double>(4, 2, 3),
        };
        return (values, Tensors.Of(values, 4, 2, 3), target);
    }
}
