using CsCheck;
using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.GradientChecking;

/// <summary>Right gradients are never called wrong, whatever the cell, its weights, and the shapes.</summary>
public class NoFalseAlarmTests
{
    private static readonly string[] Kinds = [.. Cells.Kinds.Select(row => row.Data)];

    [Fact]
    public void Right_gradients_pass_for_any_cell_seed_and_shape() =>
        Gen.Select(Gen.Int[0, Kinds.Length - 1], Gen.UInt, Gen.Int[1, 5], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[2, 4], Gen.Double[0.1, 1.5])
            .Sample((kind, seed, timeSteps, batch, inputs, units, scale) =>
            {
                Cell<double> cell = Cells.New<double>(Kinds[kind], inputs, units, seed, scale);
                int[] lengths = [.. Enumerable.Range(0, batch).Select(b => 1 + (int)((seed + (uint)b) % timeSteps))];
                return GradientCheck.Run(cell, Cells.Random<double>(seed + 1, timeSteps, batch, inputs), initial: Cells.RandomState(cell, batch, seed + 2), lengths: lengths).Passed;
            }, iter: 60);
}
