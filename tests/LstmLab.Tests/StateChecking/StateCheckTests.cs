using System.Numerics.Tensors;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.StateChecking;

/// <summary>Whether a state is carried: right models pass, and each planted fault is named.</summary>
public class StateCheckTests
{
    private const int TimeSteps = 7;

    public static TheoryData<string, int> Layers() =>
        [.. from kind in (string[])["LSTM", "GRU", "two layers", "projection"] from batch in (int[])[1, 3] select (kind, batch)];

    [Theory, MemberData(nameof(Layers))]
    public void A_layer_gives_the_same_bits_in_chunks_of_every_size(string kind, int batch)
    {
        Recurrent<double> layer = Faulty.Layer(kind);
        StateReport report = StateCheck.Run(layer, X(batch)).RequirePassed();
        Assert.All(report.Rows, row => Assert.Equal(0, row.LargestDifference));
        Assert.Equal(Enumerable.Range(1, TimeSteps), report.Rows.Take(TimeSteps).Select(row => row.Sizes[0]).Order());
        Assert.All(report.Rows, row => Assert.Equal(TimeSteps, row.Sizes.Sum()));
        Assert.Contains(report.Rows, row => row.Sizes.SequenceEqual([1, 2, 3, 1]));
        StateCheck.Run(layer, X(batch), new State<double>(Faulty.Initial(layer, batch, false)[0], kind == "GRU" ? null : Faulty.Initial(layer, batch, false)[1])).RequirePassed();
    }

    [Theory, MemberData(nameof(Layers))]
    public void A_layers_own_stream_carries_its_state(string kind, int batch)
    {
        Recurrent<double> layer = Faulty.Layer(kind);
        StateCheck.Run(NewStream, X(batch)).RequirePassed();
        StateCheck.Run(NewStream, X(batch), Faulty.Model(layer), Faulty.Initial(layer, batch, zeros: true)).RequirePassed();

        Func<Tensor<double>, Tensor<double>> NewStream()
        {
            RecurrentStream<double> stream = layer.Stream(batch);
            return x => Tensors.Of(
                [.. Enumerable.Range(0, (int)x.Lengths[0]).SelectMany(t => stream.Step(Row(x, t)).ToArray())], (int)x.Lengths[0], batch, 3);
        }

        Tensor<double> Row(Tensor<double> x, int t) => Tensors.Of(Faulty.Steps(x, t, t + 1).ToArray(), batch, 2);
    }

    [Fact]
    public void A_model_without_a_state_is_told_from_one_that_loses_it()
    {
        Dense<double> dense = new(2, 3);
        dense.Initialize(1);
        StateReport report = StateCheck.Run((x, states) => (dense.Forward(x, Pass.Predict).Copy(), states), X(2), [Tensors.Zeros<double>(1, 2, 3)]);
        Assert.Equal([StateFaultKind.Stateless], report.Faults.Select(fault => fault.Kind));
        Assert.All(report.Rows, row => Assert.Null(row.First));
        Assert.Throws<InvalidOperationException>(report.RequirePassed);
        Assert.Equal(StateFaultKind.Stateless, Assert.Single(StateCheck.Run(() => x => dense.Forward(x, Pass.Predict).Copy(), X(2)).Faults).Kind);
    }

    [Fact]
    public void A_stream_that_begins_where_the_last_one_ended_is_named()
    {
        RecurrentStream<double> one = Faulty.Layer("LSTM").Stream();
        StateReport report = StateCheck.Run(() => x => Tensors.Of(
            [.. Enumerable.Range(0, (int)x.Lengths[0]).SelectMany(t => one.Step(Tensors.Of(Faulty.Steps(x, t, t + 1).ToArray(), 1, 2)).ToArray())], (int)x.Lengths[0], 1, 3), X(1));
        Assert.Equal(StateFaultKind.NotRepeatable, Assert.Single(report.Faults).Kind);
    }

    [Fact]
    public void The_report_says_where_the_outputs_differ_first()
    {
        Recurrent<double> layer = Faulty.Layer("LSTM");
        Tensor<double>[] initial = Faulty.Initial(layer, 2, zeros: true);
        StateReport report = StateCheck.Run(Faulty.Stream(Faulty.Model(layer), initial, (_, _, _, _, _) => initial), X(2), Faulty.Model(layer), initial);
        Assert.Equal((1, 0, 0), (report.First!.TimeStep, report.First.Sequence, report.First.Unit));
        double[] whole = layer.Forward(X(2), Pass.Predict).ToArray(), alone = layer.Forward(Faulty.Steps(X(2), 1, 2), Pass.Predict).ToArray();
        Assert.Equal((alone[0], whole[6]), (report.First.Found, report.First.Expected));
        string text = report.ToString();
        Assert.Contains("DIFFERS from t = 1", text, StringComparison.Ordinal);
        Assert.Contains("differ first at t = 1, sequence 0, unit 0: ", text, StringComparison.Ordinal);
        Assert.Equal("equal", report.ToString().Split('\n')[1].TrimEnd()[^5..]);
        Assert.Contains(report.Faults[0].Text, Assert.Throws<InvalidOperationException>(report.RequirePassed).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tolerance_forgives_rounding_and_no_more()
    {
        Recurrent<double> layer = Faulty.Layer("LSTM");
        Tensor<double>[] initial = Faulty.Initial(layer, 1, zeros: true);
        StatefulModel<double> rounded = Faulty.Returning(Faulty.Model(layer), (_, _, _, after) => [.. after.Select(state => Faulty.Like(state, state.ToArray().Select(v => v + 1e-9)))]);
        StateCheck.Run(rounded, X(1), initial, tolerance: 1e-8).RequirePassed();
        Assert.Equal(StateFaultKind.Unknown, Assert.Single(StateCheck.Run(rounded, X(1), initial).Faults).Kind);
    }

    [Fact]
    public void Wrong_shapes_give_one_clear_error()
    {
        Recurrent<double> layer = Faulty.Layer("LSTM");
        StatefulModel<double> model = Faulty.Model(layer);
        Tensor<double>[] initial = Faulty.Initial(layer, 1, zeros: true);
        Assert.Contains("at least 2 steps", Assert.Throws<ShapeException>(() => StateCheck.Run(layer, Make.Normal(1, 1, 1, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("[T, B, I]", Assert.Throws<ShapeException>(() => StateCheck.Run(model, Make.Normal(1, 4, 2), initial)).Message, StringComparison.Ordinal);
        Assert.Contains("h that the model returns must be [1, 1, 3]", Assert.Throws<ShapeException>(() => StateCheck.Run(
            Faulty.Returning(model, (_, y, _, after) => [y, after[1]]), X(1), initial)).Message, StringComparison.Ordinal);
        Assert.Contains("returns 1 states, but 2", Assert.Throws<ShapeException>(() => StateCheck.Run(
            Faulty.Returning(model, (_, _, _, after) => [after[0]]), X(1), initial)).Message, StringComparison.Ordinal);
        Lstm<double> last = new(2, 3, returnSequences: false);
        Assert.Contains("a row for each step", Assert.Throws<ShapeException>(() => StateCheck.Run(last, X(1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => StateCheck.Run(() => x => x, X(1), model));
        Assert.Throws<ArgumentException>(() => StateCheck.Run(model, X(1), []));
        Assert.Throws<InvalidOperationException>(() => StateCheck.Run(new Lstm<double>(2, 3, bidirectional: true), X(1)));
    }

    private static Tensor<double> X(int batch) => Make.Normal(11, TimeSteps, batch, 2);
}
