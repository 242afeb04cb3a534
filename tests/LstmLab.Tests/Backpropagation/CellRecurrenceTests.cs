using System.Numerics.Tensors;
using LstmLab.Tests.Equations;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.Backpropagation;

/// <summary>Any cell is unrolled through one interface, with a kernel or by its equations.</summary>
public class CellRecurrenceTests
{
    private const int T = 5, B = 3, I = 4, H = 6;
    private static readonly int[] Lengths = [5, 2, 4];

    public static TheoryData<string> Kinds => Cells.Kinds;

    [Theory]
    [InlineData("Standard", true)]
    [InlineData("Projected", true)]
    [InlineData("Gru", true)]
    [InlineData("Peephole", true)]
    [InlineData("Document", false)]
    [InlineData("Original", false)]
    [InlineData("Elman", false)]
    public void A_cell_with_a_kernel_gets_it_and_any_other_its_equations(string kind, bool kernel) =>
        Assert.Equal(kernel, CellRecurrence.Create(Cells.New<float>(kind, I, H, 1)) is not EquationRecurrence<float>);

    // Its equations may be others than those of the cell it derives from.
    [Fact]
    public void A_derived_cell_gets_its_own_equations() =>
        Assert.IsType<EquationRecurrence<double>>(CellRecurrence.Create<double>(new Derived()));

    [Theory, MemberData(nameof(Kinds))]
    public void Columns_of_a_wider_gradient_are_those_of_one_direction(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, I, H, 1);
        int R = cell.OutputSize, width = R + 4;
        double[] dY = Make.Normal(2, T, B, R).ToArray(), wide = Make.Normal(3, T, B, width).ToArray();
        for (int row = 0; row < T * B; row++) dY.AsSpan(row * R, R).CopyTo(wide.AsSpan((row * width) + 3));
        foreach (Recurrence<double> recurrence in Both(cell))
        {
            double[][] narrow = Backward(cell, recurrence, Tensors.Of(dY, T, B, R), 0);
            Assert.Equal(narrow, Backward(cell, recurrence, Tensors.Of(wide, T, B, width), 3));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void No_gradient_of_the_outputs_is_a_gradient_of_zeros(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, I, H, 1);
        foreach (Recurrence<double> recurrence in Both(cell))
            Assert.Equal(Backward(cell, recurrence, Tensors.Zeros<double>(T, B, cell.OutputSize), 0), Backward(cell, recurrence, null, 0));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Steps_of_a_stream_have_the_bits_of_one_pass(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, I, H, 1);
        int R = cell.OutputSize, C = cell.HasCellState ? H : 0;
        Tensor<double> x = Make.Normal(1, T, B, I), y = Tensors.Zeros<double>(T, B, R), step = Tensors.Zeros<double>(B, R);
        double[] h0 = Make.Normal(2, B, R).ToArray(), c0 = Make.Normal(3, B, C).ToArray(), inputs = x.ToArray();
        foreach (Recurrence<double> recurrence in Both(cell))
        {
            recurrence.Forward(x, h0, c0, null, SavedActivations.None, y, new double[B * R], new double[B * C]);
            recurrence.StartStream(B, h0, c0);
            for (int t = 0; t < T; t++)
            {
                recurrence.Step(Tensors.Of(inputs[(t * B * I)..((t + 1) * B * I)], B, I), step);
                Assert.Equal(y.ToArray()[(t * B * R)..((t + 1) * B * R)], step.ToArray());
            }
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void There_is_a_backward_pass_only_of_what_was_saved(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, I, H, 1);
        foreach (Recurrence<double> recurrence in Both(cell))
        {
            double[] dH = new double[B * cell.OutputSize], dC = new double[B * H];
            Assert.Throws<InvalidOperationException>(() => recurrence.Backward(null, 0, dH, dC, null));
            Forward(cell, recurrence, SavedActivations.None);
            Assert.Throws<InvalidOperationException>(() => recurrence.Backward(null, 0, dH, dC, null));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_repeated_pass_allocates_nothing(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, I, H, 1);
        int R = cell.OutputSize, C = cell.HasCellState ? H : 0;
        Tensor<double> x = Make.Normal(1, T, B, I), y = Make.Normal(2, T, B, R), dX = Make.Normal(3, T, B, I);
        Tensor<double> first = Make.Normal(1, B, I), step = Tensors.Zeros<double>(B, R);
        double[] h = new double[B * R], c = new double[B * C];
        foreach (Recurrence<double> recurrence in Both(cell))
        {
            RequireNone(() =>
            {
                recurrence.Forward(x, [], [], Lengths, SavedActivations.Checkpoints, y, h, c);
                recurrence.Backward(y, 0, h, c, dX);
            });
            recurrence.StartStream(B, [], []);
            RequireNone(() => recurrence.Step(first, step));
        }

        static void RequireNone(Action pass)
        {
            pass();
            long before = GC.GetAllocatedBytesForCurrentThread();
            pass();
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    private static Recurrence<double>[] Both(Cell<double> cell) => [CellRecurrence.Create(cell), new EquationRecurrence<double>(cell)];

    private static void Forward(Cell<double> cell, Recurrence<double> recurrence, SavedActivations saved)
    {
        int R = cell.OutputSize, C = cell.HasCellState ? H : 0;
        Tensor<double> x = Make.Normal(1, T, B, I), y = Tensors.Zeros<double>(T, B, R);
        recurrence.Forward(x, [], [], Lengths, saved, y, new double[B * R], new double[B * C]);
    }

    private static double[][] Backward(Cell<double> cell, Recurrence<double> recurrence, Tensor<double>? dY, int column)
    {
        int R = cell.OutputSize, C = cell.HasCellState ? H : 0;
        double[] dH = Make.Normal(5, B, R).ToArray(), dC = Make.Normal(6, B, C).ToArray();
        Tensor<double> dX = Tensors.Zeros<double>(T, B, I);
        Passes.ClearGradients(cell);
        Forward(cell, recurrence, SavedActivations.All);
        recurrence.Backward(dY, column, dH, dC, dX);
        return [dX.ToArray(), dH, dC, Passes.Gradients(cell)];
    }

    private sealed class Derived() : StandardCell<double>(I, H);
}
