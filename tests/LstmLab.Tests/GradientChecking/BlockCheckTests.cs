using Xunit;

namespace LstmLab.Tests.GradientChecking;

/// <summary>The check of any loss over blocks of numbers: L = Σ v³ of two blocks.</summary>
public class BlockCheckTests
{
    private static readonly double[] First = [0.5, -1.5, 2], Second = [1, -0.25];

    private static double Loss() => First.Concat(Second).Sum(v => v * v * v);

    private static double[] Gradient(double[] block) => [.. block.Select(v => 3 * v * v)];

    [Fact]
    public void Right_gradients_pass() => GradientCheck.Run([("first", First, Gradient(First)), ("second", Second, Gradient(Second))], Loss).RequirePassed();

    [Fact]
    public void A_wrong_entry_is_named_with_what_was_found_and_expected()
    {
        double[] wrong = Gradient(Second);
        wrong[1] = 7;
        GradientFault fault = Assert.Single(GradientCheck.Run([("first", First, Gradient(First)), ("second", Second, wrong)], Loss).Faults);
        Assert.Equal("second: second[1]: BPTT 7, expected 0.1875; a term is missing or wrong", fault.ToString());
    }

    [Fact]
    public void A_wrong_sign_is_named() =>
        Assert.Equal("the sign is wrong", Assert.Single(GradientCheck.Run([("first", First, [.. Gradient(First).Select(v => -v)])], Loss).Faults).Diagnosis);

    [Fact]
    public void A_gradient_that_is_not_a_number_is_wrong() =>
        Assert.False(GradientCheck.Run([("first", First, [double.NaN, 0, 0])], Loss).Passed);

    [Fact]
    public void Along_random_directions_right_gradients_pass_and_values_are_restored()
    {
        double[] before = [.. First];
        GradientReport report = GradientCheck.AlongDirections([("first", First, Gradient(First)), ("second", Second, Gradient(Second))], Loss);
        report.RequirePassed();
        Assert.Equal(before, First);
        Assert.Equal([5, 5], report.Rows.Select(row => row.Entries));
    }

    [Fact]
    public void Along_random_directions_a_wrong_block_is_named()
    {
        GradientReport report = GradientCheck.AlongDirections([("first", First, Gradient(First)), ("second", Second, [0, 0])], Loss);
        Assert.Equal("second", Assert.Single(report.Faults).Row.Name);
    }
}
