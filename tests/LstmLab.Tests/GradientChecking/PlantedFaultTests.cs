using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.GradientChecking;

/// <summary>Mistakes planted in a backward pass must be found, and named by block, gate, step and kind.</summary>
public class PlantedFaultTests
{
    private const int TimeSteps = 6, Last = TimeSteps - 1;
    private const string Carried = "right from step 5 on: what is carried from step 5 back is wrong, ";

    [Theory]
    [InlineData(Fault.WrongSignOfForgetGate, Last, "W U b", "f", "the sign is wrong")]
    [InlineData(Fault.WrongSignAtOneStep, FaultyCell.FaultyStep, "W U b", "i", "the sign is wrong")]
    [InlineData(Fault.NoPathThroughTanh, Last, "W U b", "i f g", "the path from h through tanh(c) is missing in ∂L/∂c")]
    [InlineData(Fault.CarryWithoutForgetGate, Last - 1, "W U b", "i f g", Carried + "∂L/∂c: the factor f is missing")]
    [InlineData(Fault.TransposedCarry, Last - 1, "W U b", "i f g o", Carried + "∂L/∂h: U is used where its transpose belongs")]
    [InlineData(Fault.TransposedRecurrentGradient, Last, "U", "i f g o", "it is the transpose of the right one")]
    [InlineData(Fault.HiddenStateOfWrongStep, Last, "U", "i f g o", "it is built with h(t) where h(t−1) belongs: time is off by one")]
    [InlineData(Fault.CellStateOfWrongStep, Last, "W U b", "f", "it is built with c(t) where c(t−1) belongs: time is off by one")]
    [InlineData(Fault.GradientsOneStepLate, Last, "W U b", "i f g o", "each step holds the contribution of the step after: time is off by one")]
    public void A_planted_fault_is_named_by_block_gate_step_and_kind(Fault fault, int step, string blocks, string gates, string diagnosis)
    {
        GradientFault[] nearest = NearestTheLoss(Check(fault));
        Assert.Equal(Names(blocks, gates), nearest.Select(found => found.Row.Name).Order());
        Assert.All(nearest, found => Assert.Equal((step, diagnosis), (found.TimeStep, found.Diagnosis)));
    }

    [Theory, InlineData(Fault.SwappedInputAndCandidate, "i", "g"), InlineData(Fault.SwappedForgetAndOutput, "f", "o")]
    public void Swapped_gates_are_named_as_such(Fault fault, string one, string other)
    {
        GradientFault[] nearest = NearestTheLoss(Check(fault));
        Assert.Equal(Names("W U b", $"{one} {other}"), nearest.Select(found => found.Row.Name).Order());
        Assert.All(nearest, found => Assert.Equal((Last, $"it is the gradient of gate {(found.Row.Gate == one ? other : one)}: two gates are swapped"), (found.TimeStep, found.Diagnosis)));
    }

    [Fact]
    public void A_fault_at_one_step_leaves_the_later_steps_right()
    {
        GradientReport report = Check(Fault.WrongSignAtOneStep);
        Assert.All(report.Faults.Where(fault => fault.Row.Gate is "f" or "g" or "o"), fault =>
            Assert.Equal("right from step 3 on: what is carried from step 3 back is wrong, ∂L/∂h", fault.Diagnosis));
    }

    [Fact]
    public void Without_a_fault_the_same_cell_passes() => Check(Fault.None).RequirePassed();

    [Fact]
    public void The_report_lists_a_fault_in_a_line()
    {
        GradientReport report = Check(Fault.WrongSignAtOneStep);
        GradientFault first = report.Faults[0];
        Assert.Matches(@"^W_i: W_i\[\d, \d\] at t = 3: BPTT -?\d\S*, expected -?\d\S*; the sign is wrong$", first.ToString());
        Assert.Contains($"  {first}", report.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{report.Faults.Count} blocks are wrong:", report.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(first.ToString(), Assert.Throws<InvalidOperationException>(report.RequirePassed).Message, StringComparison.Ordinal);
    }

    // A gradient that arrives a step late cannot be told by sequence, so that cell takes a batch of one.
    private static GradientReport Check(Fault fault)
    {
        int batch = fault == Fault.GradientsOneStepLate ? 1 : 2;
        FaultyCell cell = Cells.RandomWeights<double, FaultyCell>(new(3, 4, fault, TimeSteps * batch, batch), seed: 11);
        return GradientCheck.Run(cell, Cells.Random<double>(12, TimeSteps, batch, 3), initial: Cells.RandomState(cell, batch, 13));
    }

    private static GradientFault[] NearestTheLoss(GradientReport report) => [.. report.Faults.Where(fault => fault.TimeStep == report.Faults[0].TimeStep)];

    private static IEnumerable<string> Names(string blocks, string gates) =>
        (from block in blocks.Split(' ') from gate in gates.Split(' ') select $"{block}_{gate}").Order();
}
