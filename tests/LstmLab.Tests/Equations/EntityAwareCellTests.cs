using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Equations;

public class EntityAwareCellTests
{
    [Fact]
    public void Its_gradients_are_right()
    {
        EntityAwareCell<double> cell = Cells.RandomWeights<double, EntityAwareCell<double>>(new(2, 3, 4), 1);
        Tensor<double> x = Cells.Random<double>(2, 5, 2, 5);
        GradientReport report = GradientCheck.Run(cell, x, initial: Cells.RandomState(cell, 2, 3), lengths: [5, 3]).RequirePassed();
        Assert.InRange(report.LargestComplexStepError, 0, 1e-10);
        Assert.Contains(report.Rows, row => row.Block == "Ws" && row is { Gate: "i", IsDead: false });
    }

    [Fact]
    public void It_is_the_standard_cell_whose_input_gate_sees_the_entity_and_whose_other_gates_do_not()
    {
        EntityAwareCell<double> cell = Cells.RandomWeights<double, EntityAwareCell<double>>(new(2, 3, 4), 1);
        StandardCell<double> standard = new(5, 4);
        Place(cell.Ws, standard.W, 0, column: 2);
        cell.bs.Values.CopyTo(standard.b.Values, 0);
        for (int gate = 0; gate < 3; gate++)
        {
            Place(cell.W, standard.W, gate + 1, column: 0, from: gate);
            Place(cell.U, standard.U, gate + 1, column: 0, from: gate);
            cell.b.Values.AsSpan(gate * 4, 4).CopyTo(standard.b.Values.AsSpan((gate + 1) * 4));
        }

        Tensor<double> x = Cells.Random<double>(2, 6, 1, 5);
        double[] own = new Bptt<double>(cell).Forward(x).Outputs.ToArray();
        Assert.Equal(new Bptt<double>(standard).Forward(x).Outputs.ToArray(), own);
    }

    [Fact]
    public void Its_input_gate_is_the_same_at_every_step_and_depends_on_the_entity_alone()
    {
        EntityAwareCell<double> cell = Cells.RandomWeights<double, EntityAwareCell<double>>(new(1, 1, 3), 1);
        LstmStep<double> first = (LstmStep<double>)cell.Step([0.3, 1.5]), later = (LstmStep<double>)cell.Step([-2, 1.5], first.H, first.C);
        LstmStep<double> other = (LstmStep<double>)cell.Step([0.3, -1.5]);
        Assert.Equal(first.I, later.I);
        Assert.NotEqual(first.F, later.F);
        Assert.NotEqual(first.I, other.I);
        Assert.Equal(first.F, other.F);
    }

    [Fact]
    public void It_trains_in_a_layer()
    {
        CellLayer<float> layer = new(new EntityAwareCell<float>(1, 1, 4), returnSequences: false);
        Model<float> model = new(1, layer, new Dense<float>(4, 1));
        Assert.Equal((3 * 4 * (1 + 4 + 1)) + (4 * 2) + 5, model.ParameterCount);
        RandomStream random = new(1, "entities");
        Tensor<float> x = Tensors.Fill((t, n, i) => i == 1 ? n % 2 : (float)random.NextNormal(), 5, 40, 2);
        Tensor<float> y = Tensors.Fill(n => n % 2 * x[4, n, 0], 40, 1);
        double[] losses = model.Train(x, y, new MeanSquaredError(), new Adam(0.02), epochs: 150, seed: 1).Loss;
        Assert.InRange(losses[^1], 0, 0.1 * losses[0]);
    }

    [Fact]
    public void Its_kernel_has_the_bits_of_its_equations()
    {
        CellLayer<float> Layer(bool useKernel) =>
            new(Cells.RandomWeights<float, EntityAwareCell<float>>(new(2, 3, 9), 1), useKernel: useKernel);
        CellLayer<float> kernel = Layer(true), equations = Layer(false);
        Tensor<float> x = Cells.Random<float>(2, 7, 3, 5), dY = Cells.Random<float>(3, 7, 3, 9);
        // Twice, so that what the first pass left in the standard cell would show in the second.
        for (int pass = 0; pass < 2; pass++)
        {
            equations.ClearGradients();
            kernel.ClearGradients();
            float[] expected = equations.Forward(x, Pass.Train(1, 0), [7, 2, 5]).ToArray();
            Assert.Equal(expected, kernel.Forward(x, Pass.Train(1, 0), [7, 2, 5]).ToArray());
            Assert.Equal(equations.Backward(dY).ToArray(), kernel.Backward(dY).ToArray());
            Assert.All(equations.Parameters.Zip(kernel.Parameters), pair => Assert.Equal(pair.First.Gradient, pair.Second.Gradient));
        }

        RecurrentStream<float> stream = kernel.Stream(3), steps = equations.Stream(3);
        Tensor<float> first = Cells.Random<float>(4, 3, 5);
        Assert.Equal(steps.Step(first).ToArray(), stream.Step(first).ToArray());
    }

    [Theory]
    [InlineData(0, 1, "dynamicSize")]
    [InlineData(1, 0, "staticSize")]
    public void A_size_below_one_is_refused(int dynamicSize, int staticSize, string name) =>
        Assert.Contains(name, Assert.Throws<ShapeException>(() => new EntityAwareCell<double>(dynamicSize, staticSize, 2)).Message,
            StringComparison.Ordinal);

    // Copies a block of rows into the rows of a gate, from a column on.
    private static void Place(Parameter<double> source, Parameter<double> target, int gate, int column, int from = 0)
    {
        for (int n = 0; n < 4; n++)
            source.Values.AsSpan(((from * 4) + n) * source.Columns, source.Columns)
                .CopyTo(target.Values.AsSpan((((gate * 4) + n) * target.Columns) + column));
    }
}
