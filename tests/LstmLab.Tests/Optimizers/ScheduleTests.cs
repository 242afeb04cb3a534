using CsCheck;
using Xunit;

namespace LstmLab.Tests.Optimizers;

public class ScheduleTests
{
    [Fact]
    public void Step_decay_goes_down_stairs() => Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5, 0.25], First(7, new StepDecay(3, 0.5)));

    [Fact]
    public void Cosine_decay_ends_at_its_minimum_and_stays()
    {
        Assert.Equal([1, 0.5 + Math.Sqrt(0.125), 0.5, 0.5 - Math.Sqrt(0.125), 0, 0, 0], First(7, new CosineDecay(4)), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal([1, 0.6, 0.2, 0.2], First(4, new CosineDecay(2, 0.2)), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Warm_up_rises_in_equal_steps_and_hands_over()
    {
        Assert.Equal([0.25, 0.5, 0.75, 1, 1, 1], First(6, new WarmUp(4)));
        Assert.Equal([0.5, 1, 1, 1, 0.1, 0.1], First(6, new WarmUp(2, new StepDecay(2, 0.1))));
    }

    [Fact]
    public void Factors_stay_in_bounds_and_decays_never_rise() => Gen.Select(Gen.Int[1, 50], Gen.Double[0.001, 1], Gen.Int[0, 300]).Sample((span, factor, epoch) =>
    {
        foreach (Schedule schedule in new Schedule[] { new StepDecay(span, factor), new CosineDecay(span, factor) })
        {
            Assert.InRange(schedule.Factor(epoch), schedule is CosineDecay ? factor : 0, 1);
            Assert.True(schedule.Factor(epoch + 1) <= schedule.Factor(epoch));
        }

        WarmUp warmUp = new(span, new CosineDecay(span, factor));
        Assert.InRange(warmUp.Factor(epoch), Math.Min(1.0 / span, factor), 1);
        Assert.Equal(1, warmUp.Factor(span));
    });

    [Fact]
    public void Errors_name_parameter_range_and_value()
    {
        OptimizerTests.Refuses("every must be at least 1, but is 0.", "every", () => new StepDecay(0, 0.5));
        OptimizerTests.Refuses("factor must be in (0, 1], but is 1.1.", "factor", () => new StepDecay(1, 1.1));
        OptimizerTests.Refuses("length must be at least 1, but is 0.", "length", () => new CosineDecay(0));
        OptimizerTests.Refuses("minimumFactor must be in [0, 1], but is -0.1.", "minimumFactor", () => new CosineDecay(1, -0.1));
        OptimizerTests.Refuses("length must be at least 1, but is -3.", "length", () => new WarmUp(-3));
        foreach (Schedule schedule in new Schedule[] { new StepDecay(1, 0.5), new CosineDecay(1), new WarmUp(1) })
            Assert.Equal("n", Assert.Throws<ArgumentOutOfRangeException>(() => schedule.Factor(-1)).ParamName);
        Assert.Equal("then", Assert.Throws<ArgumentException>(() => new WarmUp(1, new CosineDecay(1), ScheduleUnit.Step)).ParamName);
    }

    [Fact]
    public void A_schedule_counts_epochs_or_steps()
    {
        StepDecay byEpoch = new(3, 0.5), byStep = new(3, 0.5, ScheduleUnit.Step);
        Assert.Equal((0.5, 0.25), (byEpoch.FactorAt(epoch: 4, step: 6), byStep.FactorAt(epoch: 4, step: 6)));
        WarmUp warmUp = new(4, new CosineDecay(10, unit: ScheduleUnit.Step), ScheduleUnit.Step);
        Assert.Equal(0.75, warmUp.FactorAt(epoch: 100, step: 2));
        Assert.Equal((ScheduleUnit.Epoch, ScheduleUnit.Step), (byEpoch.Unit, warmUp.Unit));
    }

    [Fact]
    public void Every_setting_changes_the_text_of_the_settings()
    {
        Schedule[] schedules =
        [
            new StepDecay(3, 0.5), new StepDecay(4, 0.5), new StepDecay(3, 0.25), new StepDecay(3, 0.5, ScheduleUnit.Step),
            new CosineDecay(20), new CosineDecay(21), new CosineDecay(20, 0.1), new CosineDecay(20, unit: ScheduleUnit.Step),
            new WarmUp(5), new WarmUp(6), new WarmUp(5, unit: ScheduleUnit.Step), new WarmUp(5, new CosineDecay(20)),
            new WarmUp(5, new CosineDecay(21)), new WarmUp(5, new StepDecay(3, 0.5)),
        ];
        Assert.Distinct(schedules.Select(schedule => schedule.Settings));
        Assert.Equal(
            "WarmUp(length: 5, then: CosineDecay(length: 20, minimumFactor: 0, unit: Epoch), unit: Epoch)",
            new WarmUp(5, new CosineDecay(20)).Settings);
    }

    private static double[] First(int count, Schedule schedule) => [.. Enumerable.Range(0, count).Select(schedule.Factor)];
}
