using CsCheck;
using Xunit;

namespace LstmLab.Tests.Optimizers;

public class OptimizerTests
{
    private static readonly Func<Optimizer>[] Rules =
    [
        () => new Sgd(0.1), () => new Sgd(0.1, momentum: 0.9, dampening: 0.2, weightDecay: 0.03), () => new Sgd(0.1, momentum: 0.9, nesterov: true),
        () => new RmsProp(), () => new RmsProp(0.02, weightDecay: 0.1), () => new RmsProp(0.02, alpha: 0.9, momentum: 0.5, centered: true),
        () => new Adam(), () => new Adam(0.01, weightDecay: 0.1, amsgrad: true), () => new AdamW(0.01),
    ];

    public static TheoryData<int> AllRules => [.. Enumerable.Range(0, Rules.Length)];

    [Fact]
    public void Each_rule_follows_its_equations_by_hand()
    {
        Assert.Equal([2 - (0.1 * 0.5), 1.95 - (0.1 * 0.25)], Path(new Sgd(0.1), 2, 0.5, 0.25));
        // v = 0.5, then 0.9·0.5 + 0.8·0.25 = 0.65
        Assert.Equal([1.95, 1.885], Path(new Sgd(0.1, momentum: 0.9, dampening: 0.2), 2, 0.5, 0.25), Close);
        // v = 0.5 and d = 0.95, then v = 0.7 and d = 0.25 + 0.63
        Assert.Equal([1.905, 1.817], Path(new Sgd(0.1, momentum: 0.9, nesterov: true), 2, 0.5, 0.25), Close);
        Assert.Equal([2 - (0.1 * (0.5 + (0.01 * 2)))], Path(new Sgd(0.1, weightDecay: 0.01), 2, 0.5), Close);
        // s = 0.75·0.25 = 0.1875 in the first step: 0.5/√0.1875 = 2/√3
        Assert.Equal([2 - (0.1 * 2 / Math.Sqrt(3))], Path(new RmsProp(0.1, alpha: 0.25, epsilon: 0), 2, 0.5), Close);
        // s − a² = 0.1875 − 0.375² = 0.046875 = 3/64
        Assert.Equal([2 - (0.1 * 4 / Math.Sqrt(3))], Path(new RmsProp(0.1, alpha: 0.25, epsilon: 0, centered: true), 2, 0.5), Close);
        Assert.Equal([2 - (0.1 * (0.5 + 0.1) / (Math.Sqrt(0.75 * 0.36) + 1))], Path(new RmsProp(0.1, alpha: 0.25, epsilon: 1, weightDecay: 0.05), 2, 0.5), Close);
        Assert.Equal([1.9], Path(new Adam(0.1, epsilon: 0), 2, 0.5), Close);
        Assert.Equal([1.9], Path(new Adam(0.1, epsilon: 0, weightDecay: 0.3), 2, 0.5), Close);
        Assert.Equal([(2 * (1 - (0.1 * 0.3))) - 0.1], Path(new AdamW(0.1, epsilon: 0, weightDecay: 0.3), 2, 0.5), Close);
        // β₁ = β₂ = ½ and g = 1, 1, 0: m = s = 1/2, 3/4, 3/8, corrected by 1/2, 3/4, 7/8; AMSGrad keeps s = 3/4.
        Assert.Equal([1.9, 1.8, 1.8 - (0.1 * Math.Sqrt(3.0 / 7))], Path(new Adam(0.1, 0.5, 0.5, 0), 2, 1, 1, 0), Close);
        Assert.Equal([1.9, 1.8, 1.8 - (0.1 * 3 / 7 / Math.Sqrt(6.0 / 7))], Path(new Adam(0.1, 0.5, 0.5, 0, amsgrad: true), 2, 1, 1, 0), Close);
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void An_entry_moves_alike_in_a_vector_of_any_length(int rule)
    {
        for (int length = 1; length <= 35; length++)
        {
            Parameter<float> all = Block<float>(length);
            Parameter<float>[] alone = [.. Enumerable.Range(0, length).Select(n => Block<float>(1))];
            for (int n = 0; n < length; n++) (alone[n].Values[0], alone[n].Gradient[0]) = (all.Values[n], all.Gradient[n]);
            (Optimizer together, Optimizer apart) = (Rules[rule](), Rules[rule]());
            for (int step = 0; step < 3; step++)
            {
                together.Step([all]);
                apart.Step(alone);
            }

            Assert.Equal(alone.Select(one => one.Values[0]), all.Values);
        }
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Float_follows_double(int rule)
    {
        (Parameter<float> single, Parameter<double> exact) = (Block<float>(7), Block<double>(7));
        (Optimizer first, Optimizer second) = (Rules[rule](), Rules[rule]());
        for (int step = 0; step < 10; step++)
        {
            first.Step([single]);
            second.Step([exact]);
        }

        // Centered RMSprop divides by √(s − a²), a difference of nearly equal numbers.
        for (int n = 0; n < 7; n++) Assert.Equal(exact.Values[n], single.Values[n], 1e-5);
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Every_rule_descends_a_parabola(int rule)
    {
        Optimizer optimizer = Rules[rule]();
        Parameter<double> block = new("θ", ParameterRole.Bias, 1);
        block.Values[0] = 1;
        optimizer.LearningRate = 0.01;
        for (int step = 0; step < 1000; step++)
        {
            block.Gradient[0] = block.Values[0];
            optimizer.Step([block]);
        }

        Assert.InRange(Math.Abs(block.Values[0]), 0, 0.02);
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Reset_forgets_everything(int rule)
    {
        Optimizer optimizer = Rules[rule]();
        Parameter<double> first = Block<double>(5), second = Block<double>(5);
        Run(optimizer, first);
        optimizer.Reset();
        Assert.Equal(0, optimizer.StepCount);
        first.Set(second.Values);
        Run(optimizer, first);
        Run(Rules[rule](), second);
        Assert.Equal(second.Values, first.Values);
        Assert.Equal(4, optimizer.StepCount);

        static void Run(Optimizer optimizer, Parameter<double> block)
        {
            for (int step = 0; step < 4; step++) optimizer.Step([block]);
        }
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void A_parameter_that_joins_later_starts_afresh(int rule)
    {
        (Parameter<double> early, Parameter<double> late, Parameter<double> alone) = (Block<double>(3), Block<double>(3), Block<double>(3));
        Optimizer optimizer = Rules[rule](), other = Rules[rule]();
        optimizer.Step([early]);
        optimizer.Step([early, late]);
        other.Step([alone]);
        Assert.Equal(alone.Values, late.Values);
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Steps_after_the_first_allocate_nothing(int rule)
    {
        Optimizer optimizer = Rules[rule]();
        Parameter<float>[] blocks = [Block<float>(33), Block<float>(5)];
        optimizer.Step(blocks);
        long before = GC.GetAllocatedBytesForCurrentThread();
        optimizer.Step(blocks);
        optimizer.Step(blocks);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Gradients_are_left_alone_and_NaN_shows(int rule)
    {
        Parameter<double> block = Block<double>(6);
        block.Gradient[4] = double.NaN;
        double[] gradient = [.. block.Gradient];
        Rules[rule]().Step([block]);
        Assert.Equal(gradient, block.Gradient);
        Assert.Equal([false, false, false, false, true, false], block.Values.Select(double.IsNaN));
    }

    [Fact]
    public void Adam_moves_by_the_learning_rate_whatever_the_scale_of_the_gradient() => Gen.Double[1e-3, 1e3].Sample(gradient =>
        Assert.Equal(0.5 - 0.01, Path(new Adam(0.01), 0.5, gradient)[0], 1e-6));

    [Fact]
    public void AdamW_without_decay_is_Adam() =>
        Assert.Equal(Path(new Adam(0.01), 0.5, 1, -2, 0.3, 0), Path(new AdamW(0.01, weightDecay: 0), 0.5, 1, -2, 0.3, 0));

    [Fact]
    public void AdamW_shrinks_weights_that_have_no_gradient_by_the_same_share_each_step() =>
        Assert.Equal([0.5 * 0.9, 0.5 * 0.81, 0.5 * 0.729], Path(new AdamW(0.2, weightDecay: 0.5), 0.5, 0, 0, 0), Close);

    [Fact]
    public void Centered_RMSprop_survives_a_constant_gradient()
    {
        Parameter<float> block = new("θ", ParameterRole.Bias, 64);
        for (int n = 0; n < 64; n++) block.Gradient[n] = 0.1f + (0.037f * n);
        RmsProp optimizer = new(1e-9, alpha: 0.5, centered: true);
        for (int step = 0; step < 500; step++) optimizer.Step([block]);
        Assert.All(block.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void One_array_given_twice_is_refused_before_anything_moves()
    {
        Parameter<double> block = Block<double>(3);
        double[] values = [.. block.Values];
        Sgd optimizer = new(0.1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => optimizer.Step([block, block.WithName("tied")]));
        Assert.Equal("parameters[1], 'tied', shares its values with an earlier parameter; pass it once.", error.Message);
        Assert.Equal(values, block.Values);
        Assert.Equal(0, optimizer.StepCount);
        optimizer.Step([block]);
        Assert.Equal(1, optimizer.StepCount);
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void What_is_remembered_follows_the_array_through_changing_lists(int rule)
    {
        Parameter<double>[] mixed = [Block<double>(3), Block<double>(5)], apart = [Block<double>(3), Block<double>(5)];
        (Optimizer one, Optimizer first, Optimizer second) = (Rules[rule](), Rules[rule](), Rules[rule]());
        foreach (Parameter<double>[] list in new Parameter<double>[][] { mixed, mixed, [mixed[1]], [mixed[1], mixed[0]], [mixed[1], mixed[0].WithName("renamed")], mixed }) one.Step(list);
        for (int step = 0; step < 5; step++) first.Step([apart[0]]);
        for (int step = 0; step < 6; step++) second.Step([apart[1]]);
        Assert.Equal(apart[0].Values, mixed[0].Values);
        Assert.Equal(apart[1].Values, mixed[1].Values);
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void A_frozen_parameter_neither_moves_nor_decays_nor_counts_steps(int rule)
    {
        Parameter<double> frozen = Block<double>(5), free = Block<double>(3), alone = Block<double>(5), freeAlone = Block<double>(3);
        double[] before = [.. frozen.Values];
        Optimizer together = Rules[rule](), apart = Rules[rule]();
        together.Step([frozen, free]);
        frozen.WithName("another name").Frozen = true;
        double[] afterOne = [.. frozen.Values];
        for (int step = 0; step < 3; step++) together.Step([frozen, free]);
        Assert.NotEqual(before, afterOne);
        Assert.Equal(afterOne, frozen.Values);
        frozen.Frozen = false;
        together.Step([frozen, free]);
        for (int step = 0; step < 2; step++) apart.Step([alone]);
        for (int step = 0; step < 5; step++) apart.Step([freeAlone]);
        Assert.Equal(alone.Values, frozen.Values);
        Assert.Equal(freeAlone.Values, free.Values);
        Assert.Equal(5, together.StepCount);
    }

    [Fact]
    public void Freezing_allocates_nothing_in_later_steps()
    {
        Parameter<float>[] blocks = [Block<float>(33), Block<float>(5)];
        Adam optimizer = new();
        optimizer.Group([blocks[1]], learningRateFactor: 0.5);
        optimizer.Step(blocks);
        long before = GC.GetAllocatedBytesForCurrentThread();
        blocks[0].Frozen = true;
        optimizer.Step(blocks);
        blocks[0].Frozen = false;
        optimizer.Step(blocks);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_group_has_the_rates_of_an_optimizer_of_its_own()
    {
        foreach (Func<double, double, Optimizer> make in new Func<double, double, Optimizer>[]
        {
            (rate, decay) => new Sgd(rate, momentum: 0.9, weightDecay: decay), (rate, decay) => new RmsProp(rate, weightDecay: decay),
            (rate, decay) => new Adam(rate, weightDecay: decay), (rate, decay) => new AdamW(rate, weightDecay: decay),
        })
        {
            Parameter<double> slow = Block<double>(5), still = Block<double>(6), plain = Block<double>(7);
            Parameter<double> slowAlone = Block<double>(5), stillAlone = Block<double>(6), plainAlone = Block<double>(7);
            Optimizer grouped = make(0.5, 0.25), ofSlow = make(0.125, 0.25), ofStill = make(0.5, 0), ofPlain = make(0.5, 0.25);
            grouped.Step([plain, slow, still]);
            ofSlow.LearningRate = ofPlain.LearningRate;
            ofSlow.Step([slowAlone]);
            ofSlow.LearningRate = 0.125;
            Optimizer first = make(0.5, 0.25);
            first.Step([stillAlone]);
            ofPlain.Step([plainAlone]);

            // Groups may also be made after steps; from here on each parameter follows an optimizer of its own with the same memory.
            grouped.Group([slow], learningRateFactor: 0.25);
            grouped.Group(new[] { still }.Where(_ => true), weightDecay: 0);
            ofStill.Restore([stillAlone], first.Remember([stillAlone]));
            for (int step = 0; step < 3; step++)
            {
                grouped.Step([plain, slow, still]);
                ofSlow.Step([slowAlone]);
                ofStill.Step([stillAlone]);
                ofPlain.Step([plainAlone]);
            }

            Assert.Equal(slowAlone.Values, slow.Values);
            Assert.Equal(stillAlone.Values, still.Values);
            Assert.Equal(plainAlone.Values, plain.Values);
        }
    }

    [Fact]
    public void A_parameter_can_be_in_one_group_alone()
    {
        Parameter<double> first = Block<double>(2), second = Block<double>(3);
        Adam adam = new();
        adam.Group([first], weightDecay: 0);
        ArgumentException error = Assert.Throws<ArgumentException>(() => adam.Group([second, first.WithName("again")], 0.5));
        Assert.Contains("'again'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => adam.Group([second, second], 0.5));
        Assert.Throws<ArgumentException>(() => adam.Group<double>([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.Group([second], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.Group([second], 1, double.NaN));
        adam.Group([second], 0.5);
    }

    [Fact]
    public void Every_setting_but_the_learning_rate_changes_the_text_of_the_settings()
    {
        Optimizer decayed = new Adam(), slowed = new Adam(), other = new Adam();
        decayed.Group([Block<double>(2)], weightDecay: 0);
        slowed.Group([Block<double>(2)], learningRateFactor: 0.1);
        other.Group([Block<double>(2).WithName("other")], learningRateFactor: 0.1);
        Optimizer[] optimizers =
        [
            new Sgd(1), new Sgd(1, momentum: 0.9), new Sgd(1, momentum: Math.BitIncrement(0.9)), new Sgd(1, momentum: 0.9, dampening: 0.1),
            new Sgd(1, momentum: 0.9, nesterov: true), new Sgd(1, weightDecay: 0.1),
            new RmsProp(), new RmsProp(alpha: 0.9), new RmsProp(epsilon: 1e-7), new RmsProp(momentum: 0.1), new RmsProp(centered: true),
            new RmsProp(weightDecay: 0.1),
            new Adam(), new Adam(beta1: 0.8), new Adam(beta2: 0.99), new Adam(epsilon: 1e-7), new Adam(weightDecay: 0.01),
            new Adam(amsgrad: true), decayed, slowed, other,
            new AdamW(), new AdamW(beta1: 0.8), new AdamW(beta2: 0.99), new AdamW(epsilon: 1e-7), new AdamW(weightDecay: 0.1),
        ];
        Assert.Distinct(optimizers.Select(optimizer => optimizer.Settings));
        Assert.Equal(new Adam(0.1).Settings, new Adam(0.2).Settings);
        Assert.Equal("AdamW(beta1: 0.9, beta2: 0.999, epsilon: 1E-08, weightDecay: 0.01)", new AdamW().Settings);
        string group = " + Group(learningRateFactor: 0.1, weightDecay: none, parameters: other)";
        Assert.EndsWith(group, other.Settings, StringComparison.Ordinal);
    }

    [Fact]
    public void Scaled_gradients_of_several_batches_make_the_step_of_their_mean()
    {
        Parameter<double> accumulated = Block<double>(4), mean = Block<double>(4);
        double[] first = [1, -2, 0.5, 4], second = [3, 2, 0.25, -8];
        for (int n = 0; n < 4; n++)
        {
            accumulated.Gradient[n] = first[n] + second[n];
            mean.Gradient[n] = (first[n] + second[n]) / 2;
        }

        accumulated.ScaleGradient(0.5);
        new Adam(0.1).Step([accumulated]);
        new Adam(0.1).Step([mean]);
        Assert.Equal(mean.Gradient, accumulated.Gradient);
        Assert.Equal(mean.Values, accumulated.Values);
    }

    [Fact]
    public void Names_are_the_papers()
    {
        Assert.Equal(["SGD", "RMSprop", "Adam", "AdamW"], new Optimizer[] { new Sgd(1), new RmsProp(), new Adam(), new AdamW() }.Select(o => o.Name));
    }

    [Fact]
    public void Errors_name_parameter_range_and_value()
    {
        Refuses("learningRate must be in [0, ∞), but is -1.", "learningRate", () => new Sgd(-1));
        Refuses("learningRate must be in [0, ∞), but is NaN.", "learningRate", () => new Adam(double.NaN));
        Refuses("LearningRate must be in [0, ∞), but is Infinity.", "LearningRate", () => new Adam().LearningRate = double.PositiveInfinity);
        Refuses("momentum must be in [0, 1), but is 1.", "momentum", () => new Sgd(1, momentum: 1));
        Refuses("dampening must be in [0, 1], but is 1.5.", "dampening", () => new Sgd(1, dampening: 1.5));
        Refuses("weightDecay must be in [0, ∞), but is -0.1.", "weightDecay", () => new Sgd(1, weightDecay: -0.1));
        Refuses("momentum must be in (0, 1) for nesterov, but is 0.", "momentum", () => new Sgd(1, nesterov: true));
        Refuses("dampening must be 0 for nesterov, but is 0.1.", "dampening", () => new Sgd(1, momentum: 0.9, dampening: 0.1, nesterov: true));
        Refuses("alpha must be in [0, 1), but is 1.", "alpha", () => new RmsProp(alpha: 1));
        Refuses("epsilon must be in [0, ∞), but is -1.", "epsilon", () => new RmsProp(epsilon: -1));
        Refuses("momentum must be in [0, 1), but is -0.5.", "momentum", () => new RmsProp(momentum: -0.5));
        Refuses("weightDecay must be in [0, ∞), but is -1.", "weightDecay", () => new RmsProp(weightDecay: -1));
        Refuses("beta1 must be in [0, 1), but is 1.", "beta1", () => new Adam(beta1: 1));
        Refuses("beta2 must be in [0, 1), but is NaN.", "beta2", () => new Adam(beta2: double.NaN));
        Refuses("epsilon must be in [0, ∞), but is -1.", "epsilon", () => new AdamW(epsilon: -1));
        Refuses("weightDecay must be in [0, ∞), but is -1.", "weightDecay", () => new AdamW(weightDecay: -1));
    }

    internal static void Refuses(string message, string parameter, Func<object> action)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(action);
        Assert.Equal($"{message} (Parameter '{parameter}')", error.Message);
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-14;

    private static double[] Path(Optimizer optimizer, double start, params double[] gradients)
    {
        Parameter<double> block = new("θ", ParameterRole.Bias, 1);
        block.Values[0] = start;
        return [.. gradients.Select(gradient =>
        {
            block.Gradient[0] = gradient;
            optimizer.Step([block]);
            return block.Values[0];
        })];
    }

    private static Parameter<T> Block<T>(int length) where T : struct, System.Numerics.INumberBase<T>
    {
        Parameter<T> block = new("θ", ParameterRole.Bias, length);
        RandomStream random = new(5, "optimizer", length);
        for (int n = 0; n < length; n++) (block.Values[n], block.Gradient[n]) = (T.CreateChecked((float)random.NextNormal()), T.CreateChecked((float)random.NextUniform(0.5, 2)));
        return block;
    }
}
