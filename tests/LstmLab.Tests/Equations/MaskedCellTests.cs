using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Equations;

/// <summary>Zoneout and recurrent dropout: right gradients under their masks, and masks that depend on nothing but their keys.</summary>
public class MaskedCellTests
{
    public static TheoryData<string> Kinds => ["Zoneout", "RecurrentDropout"];

    [Theory, MemberData(nameof(Kinds))]
    public void Gradients_under_active_masks_are_right(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 2, 4, seed: 1);
        cell.Begin(training: true, seed: 7, step: 3);
        GradientReport report = GradientCheck.Run(cell, Cells.Random<double>(2, 5, 3, 2), initial: Cells.RandomState(cell, 3, 3), lengths: [5, 2, 4]).RequirePassed();
        Assert.True(report.LargestComplexStepError < 1e-10);
        Assert.True(report.LargestCentralDifferenceError < 1e-6);
        Assert.Contains(true, Masks(cell, 3, 5).Select(value => value == 0));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Float_draws_the_masks_of_double(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 2, 4, seed: 1, scale: 0.5);
        cell.Begin(training: true, seed: 7, step: 3);
        Tensor<double> x = Cells.Random<double>(2, 5, 3, 2);
        double[] wide = new Bptt<double>(cell).Forward(x).Outputs.ToArray();
        float[] single = new Bptt<float>(cell.To<float>()).Forward(x.To<double, float>()).Outputs.ToArray();
        Assert.All(wide.Zip(single), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Masks_do_not_depend_on_how_a_batch_is_cut(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 2, 4, seed: 1);
        Tensor<double> x = Cells.Random<double>(2, 5, 3, 2);
        cell.Begin(training: true, seed: 7, step: 3);
        double[] together = new Bptt<double>(cell).Forward(x).Outputs.ToArray();
        for (int b = 0; b < 3; b++)
        {
            cell.Begin(training: true, seed: 7, step: 3, firstSequence: b);
            double[] alone = new Bptt<double>(cell).Forward(Backpropagation.Passes.Part(x, 0, 5, b)).Outputs.ToArray();
            Assert.Equal(together.Chunk(4).Where((_, row) => row % 3 == b).SelectMany(row => row), alone);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Masks_differ_by_seed_step_time_sequence_and_unit(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 2, 40, seed: 1);
        cell.Begin(training: true, seed: 7, step: 3);
        double[] masks = Masks(cell, 2, 2);
        Assert.Equal(masks, Masks(cell, 2, 2));
        Assert.Equal(4, masks.Chunk(40).Select(mask => string.Join(' ', mask)).Distinct().Count());
        cell.Begin(training: true, seed: 7, step: 4);
        Assert.NotEqual(masks, Masks(cell, 2, 2));
        cell.Begin(training: true, seed: 8, step: 3);
        Assert.NotEqual(masks, Masks(cell, 2, 2));
        cell.Begin(training: true, seed: 7, step: 3);
        Assert.Equal(masks, Masks(cell, 2, 2));
    }

    [Fact]
    public void A_mask_is_drawn_with_its_probability_and_a_prediction_uses_its_expectation()
    {
        ZoneoutCell<double> zoneout = new(1, 50, 0.4, 0.1);
        RecurrentDropoutCell<double> dropout = new(1, 50, 0.4);
        zoneout.Begin(training: true, seed: 1);
        dropout.Begin(training: true, seed: 1);
        Assert.InRange(Masks(zoneout, 10, 20).Average(), 0.38, 0.42);
        Assert.InRange(Masks(dropout, 10, 20).Average(), 0.97, 1.03);
        Assert.All(Masks(dropout, 10, 20), value => Assert.True(value is 0 or 1 / 0.6));
        zoneout.Begin(training: false);
        dropout.Begin(training: false);
        Assert.All(Masks(zoneout, 2, 2), value => Assert.Equal(0.4, value));
        Assert.All(Masks(dropout, 2, 2), value => Assert.Equal(1, value));
    }

    [Fact]
    public void Without_probability_they_are_the_standard_cell_to_the_bit_and_full_zoneout_keeps_everything()
    {
        StandardCell<double> standard = Cells.RandomWeights<double, StandardCell<double>>(new(2, 3), 1);
        ZoneoutCell<double> zoneout = Cells.RandomWeights<double, ZoneoutCell<double>>(new(2, 3, 0, 0), 1), full = Cells.RandomWeights<double, ZoneoutCell<double>>(new(2, 3, 1, 1), 1);
        RecurrentDropoutCell<double> dropout = Cells.RandomWeights<double, RecurrentDropoutCell<double>>(new(2, 3, 0), 1);
        var x = Cells.Random<double>(2, 5, 2, 2);
        State<double> initial = Cells.RandomState(standard, 2, 3);
        double[] expected = new Bptt<double>(standard).Forward(x, initial).Outputs.ToArray();
        foreach (Cell<double> cell in new Cell<double>[] { zoneout, dropout, full }) cell.Begin(training: true, seed: 1);
        Assert.Equal(expected, new Bptt<double>(zoneout).Forward(x, initial).Outputs.ToArray());
        Assert.Equal(expected, new Bptt<double>(dropout).Forward(x, initial).Outputs.ToArray());
        Assert.Equal(initial.C!.ToArray(), new Bptt<double>(full).Forward(x, initial).Final.C!.ToArray());
    }

    [Fact]
    public void A_layer_draws_in_training_only_and_unlike_other_layers()
    {
        CellLayer<double> first = new(new RecurrentDropoutCell<double>(4, 4, 0.5)), second = new(new RecurrentDropoutCell<double>(4, 4, 0.5));
        Model<double> model = new(1, first, second);
        var x = Cells.Random<double>(2, 6, 3, 4);
        model.Forward(x, Pass.Train(5, 2));
        double[] masks = Of(first);
        Assert.Contains(0, masks);
        Assert.NotEqual(masks, Of(second));
        model.Forward(x, Pass.Train(5, 3));
        Assert.NotEqual(masks, Of(first));
        model.Forward(x, Pass.Train(5, 2));
        Assert.Equal(masks, Of(first));
        model.Predict(x);
        Assert.All(Of(first), value => Assert.Equal(1, value));

        static double[] Of(CellLayer<double> layer) => [.. Enumerable.Range(0, 4).SelectMany(unit => Enumerable.Range(0, 3).SelectMany(b => layer.Unrolled[0].Trace.Series("mask", unit, b)))];
    }

    [Theory, InlineData(-0.1), InlineData(1.1), InlineData(double.NaN)]
    public void What_is_no_probability_is_an_error(double probability)
    {
        Assert.Throws<ArgumentOutOfRangeException>("ofCell", () => new ZoneoutCell<double>(2, 3, probability));
        Assert.Throws<ArgumentOutOfRangeException>("ofHidden", () => new ZoneoutCell<double>(2, 3, 0, probability));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(probability), () => new RecurrentDropoutCell<double>(2, 3, probability));
    }

    // [b][t][unit]
    private static double[] Masks(Cell<double> cell, int batch, int timeSteps)
    {
        double[] x = new double[cell.InputSize];
        string name = cell is ZoneoutCell<double> ? "kc" : "mask";
        return [.. from b in Enumerable.Range(0, batch) from t in Enumerable.Range(0, timeSteps) from value in cell.Step(x, time: t, sequence: b)[name] select value];
    }
}
