using System.Numerics;
using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.Backpropagation;

public class ExtremeValueTests
{
    public static TheoryData<string> Kinds => Cells.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public void Inputs_of_a_million_and_weights_times_100_stay_finite(string kind)
    {
        RequireFinite<double>(kind);
        RequireFinite<float>(kind);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_value_that_is_not_a_number_stays_in_its_own_row_from_its_own_step_on(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 3, 4, seed: 3);
        var x = Cells.Random<double>(4, 5, 3, 3);
        double[] clean = new Bptt<double>(cell).Forward(x).Outputs.ToArray();
        x[2, 1, 0] = double.NaN;
        double[][] rows = [.. new Bptt<double>(cell).Forward(x).Outputs.ToArray().Chunk(cell.OutputSize)], before = [.. clean.Chunk(cell.OutputSize)];
        for (int row = 0; row < rows.Length; row++)
        {
            if (row % 3 == 1 && row / 3 >= 2) Assert.All(rows[row], value => Assert.True(double.IsNaN(value)));
            else Assert.Equal(before[row], rows[row]);
        }
    }

    private static void RequireFinite<T>(string kind) where T : struct, INumberBase<T>
    {
        Cell<T> cell = Cells.New<T>(kind, 3, 4, seed: 1, scale: 100);
        Bptt<T> bptt = new(cell);
        Trace<T> trace = bptt.Forward(Tensors.Fill(n => T.CreateChecked(n % 2 == 0 ? 1e6 : -1e6), 6, 2, 3));
        bptt.Backward(Tensors.Fill(_ => T.One, 6, 2, cell.OutputSize));
        Assert.All(trace.Outputs.ToArray(), value => Assert.True(T.IsFinite(value)));
        Assert.All(Passes.All(bptt), value => Assert.True(T.IsFinite(value)));
    }
}
