using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.GradientChecking;

/// <summary>The gradients of every cell are right, and exactly zero where a loss does not depend on a weight.</summary>
public class CellGradientTests
{
    public static TheoryData<string> Kinds => Cells.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public void Gradients_of_a_batch_are_right(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 3, 4, seed: 1);
        GradientCheck.Run(cell, Cells.Random<double>(2, 5, 2, 3)).RequirePassed();
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Gradients_of_sequences_of_different_lengths_from_a_given_state_are_right(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 2, 3, seed: 3);
        GradientReport report = GradientCheck.Run(cell, Cells.Random<double>(4, 6, 3, 2), initial: Cells.RandomState(cell, 3, 5), lengths: [6, 1, 4]);
        report.RequirePassed();
        Assert.True(report.LargestComplexStepError < 1e-10);
        Assert.True(report.LargestCentralDifferenceError < 1e-6);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Gradients_for_a_given_loss_on_the_last_step_are_right(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 2, 3, seed: 6);
        var weights = Tensors.Zeros<double>(7, 1, cell.OutputSize);
        weights[6, 0, 0] = 1;
        GradientCheck.Run(cell, Cells.Random<double>(7, 7, 1, 2), weights).RequirePassed();
    }

    [Theory, MemberData(nameof(Kinds))]
    public void The_report_has_a_row_for_every_gate_of_every_block(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 2, 3, seed: 8);
        GradientReport report = GradientCheck.Run(cell, Cells.Random<double>(9, 2, 1, 2));
        string[] expected =
        [
            .. cell.Parameters.SelectMany(p => p.Gates.Count == 0 ? [p.Name] : p.Gates.Select(gate => $"{p.Name}_{gate}")),
            .. cell.HasCellState ? new[] { "x", "h0", "c0" } : ["x", "h0"],
        ];
        Assert.Equal(expected, report.Rows.Select(row => row.Name));
        Assert.EndsWith("All gradients are right.", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Input_gate_and_previous_cell_state_of_the_document_are_exactly_dead()
    {
        Cell<double> cell = Cells.New<double>("Document", 3, 4, seed: 10);
        GradientReport report = GradientCheck.Run(cell, Cells.Random<double>(11, 5, 2, 3), initial: Cells.RandomState(cell, 2, 12)).RequirePassed();
        Assert.Equal(["W_i", "U_i", "b_i", "c0"], report.Rows.Where(row => row.IsDead).Select(row => row.Name));
    }

    [Fact]
    public void After_one_step_from_zeros_no_recurrent_weight_and_no_forget_gate_matters()
    {
        GradientReport standard = GradientCheck.Run(Cells.New<double>("Standard", 3, 4, seed: 13), Cells.Random<double>(14, 1, 2, 3)).RequirePassed();
        GradientReport document = GradientCheck.Run(Cells.New<double>("Document", 3, 4, seed: 13), Cells.Random<double>(14, 1, 2, 3)).RequirePassed();
        Assert.Equal(["W_f", "U_i", "U_f", "U_g", "U_o", "b_f"], standard.Rows.Where(row => row.IsDead).Select(row => row.Name));
        Assert.Equal(["W_i", "W_f", "U_i", "U_f", "U_c", "U_o", "b_i", "b_f", "c0"], document.Rows.Where(row => row.IsDead).Select(row => row.Name));
    }

    [Fact]
    public void Nothing_is_dead_in_the_standard_cell_from_a_given_state()
    {
        Cell<double> cell = Cells.New<double>("Standard", 3, 4, seed: 15);
        GradientReport report = GradientCheck.Run(cell, Cells.Random<double>(16, 3, 1, 3), initial: Cells.RandomState(cell, 1, 17));
        Assert.All(report.Rows, row => Assert.Equal(0, row.ExactZeros));
    }

    [Fact]
    public void The_error_of_central_differences_falls_and_then_rises_as_the_step_shrinks()
    {
        GradientReport report = GradientCheck.Run(Cells.New<double>("Standard", 3, 4, seed: 18), Cells.Random<double>(19, 4, 1, 3));
        GradientRow row = report.Rows.Single(row => row.Name == "W_g");
        int best = row.ErrorByStepSize.ToList().IndexOf(row.CentralDifferenceError);
        Assert.InRange(best, 2, 6);
        Assert.True(row.ErrorByStepSize[0] > 1e3 * row.CentralDifferenceError);
        Assert.True(row.ErrorByStepSize[^1] > 10 * row.CentralDifferenceError);
    }

    [Fact]
    public void A_check_leaves_weights_inputs_and_state_as_they_were()
    {
        Cell<double> cell = Cells.New<double>("Peephole", 2, 3, seed: 20);
        var x = Cells.Random<double>(21, 3, 2, 2);
        State<double> state = Cells.RandomState(cell, 2, 22);
        double[][] before = [.. cell.Parameters.Select(p => (double[])p.Values.Clone()), x.ToArray(), state.H.ToArray(), state.C!.ToArray()];
        GradientCheck.Run(cell, x, initial: state);
        double[][] after = [.. cell.Parameters.Select(p => p.Values), x.ToArray(), state.H.ToArray(), state.C!.ToArray()];
        Assert.Equal(before, after);
    }
}
