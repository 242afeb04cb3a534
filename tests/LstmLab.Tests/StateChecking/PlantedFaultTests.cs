using System.Numerics.Tensors;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.StateChecking;

/// <summary>Faults planted in the code that carries states, and in the states that a model returns.</summary>
public class PlantedFaultTests
{
    private static readonly Dictionary<string, Carry> Carries = new()
    {
        ["reset"] = (_, _, _, after, _) => [.. after.Select(state => Faulty.Like(state, new double[state.FlattenedLength]))],
        ["swapped"] = (_, _, _, after, _) => [after[1], after[0]],
        ["layers swapped"] = (_, _, _, after, _) => [Turned(after[0]), after[1]],
        ["c from h"] = (_, _, _, after, _) => [after[0], after[0]],
        ["h from first y"] = (_, _, y, after, _) => [Faulty.Like(after[0], Faulty.Steps(y, 0, 1).ToArray()), .. after.Skip(1)],
        ["h[1] from h[0]"] = (_, _, _, after, _) => [Faulty.Like(after[0], [.. Half(after[0], 0), .. Half(after[0], 0)]), after[1]],
        ["h from last y"] = (_, _, y, after, _) => [Faulty.Like(after[0], [.. Last(y), .. Last(y)]), after[1]],
        ["c lost"] = (_, _, _, after, _) => [after[0], Faulty.Like(after[1], new double[after[1].FlattenedLength])],
        ["one call late"] = (_, _, _, _, last) => last,
    };

    [Theory]
    [InlineData("LSTM", "never fed back", StateFaultKind.NeverFedBack, "initial state")]
    [InlineData("GRU", "never fed back", StateFaultKind.NeverFedBack, "initial state")]
    [InlineData("two layers", "never fed back", StateFaultKind.NeverFedBack, "initial state")]
    [InlineData("LSTM", "reset", StateFaultKind.ResetAtEachCall, "zeros")]
    [InlineData("GRU", "reset", StateFaultKind.ResetAtEachCall, "zeros")]
    [InlineData("two layers", "reset", StateFaultKind.ResetAtEachCall, "zeros")]
    [InlineData("LSTM", "swapped", StateFaultKind.Swapped, "h and c")]
    [InlineData("two layers", "swapped", StateFaultKind.Swapped, "h and c")]
    [InlineData("two layers", "layers swapped", StateFaultKind.Swapped, "h[0] and h[1]")]
    [InlineData("LSTM", "c from h", StateFaultKind.WrongOutput, "c is taken from the wrong output: from h")]
    [InlineData("two layers", "c from h", StateFaultKind.WrongOutput, "c is taken from the wrong output: from h")]
    [InlineData("LSTM", "h from first y", StateFaultKind.WrongOutput, "y of the first step")]
    [InlineData("GRU", "h from first y", StateFaultKind.WrongOutput, "the first step")]
    [InlineData("two layers", "h[1] from h[0]", StateFaultKind.WrongOutput, "h[1] is taken from the wrong output: from h[0]")]
    [InlineData("two layers", "h from last y", StateFaultKind.WrongOutput, "h[0] is taken from the wrong output: from h[1]")]
    [InlineData("LSTM", "c lost", StateFaultKind.ResetAtEachCall, "c alone")]
    [InlineData("LSTM", "one step late", StateFaultKind.OneStepLate, "last step")]
    [InlineData("GRU", "one step late", StateFaultKind.OneStepLate, "last step")]
    [InlineData("two layers", "one step late", StateFaultKind.OneStepLate, "last step")]
    [InlineData("LSTM", "first step", StateFaultKind.WrongOutput, "after the first step")]
    [InlineData("two layers", "first step", StateFaultKind.WrongOutput, "after the first step")]
    [InlineData("LSTM", "one call late", StateFaultKind.OneCallLate, "before the last")]
    [InlineData("GRU", "one call late", StateFaultKind.OneCallLate, "before the last")]
    public void A_fault_of_the_code_around_a_model_is_named(string kind, string fault, StateFaultKind expected, string text)
    {
        foreach (int batch in (int[])[1, 3])
        {
            (StatefulModel<double> model, Tensor<double>[] initial) = Right(kind, batch, zeros: false);
            StateReport report = StateCheck.Run(Faulty.Stream(model, initial, CarryOf(fault, model, initial)), X(batch), model, initial);
            Assert.Equal(expected, report.Faults[0].Kind);
            Assert.Contains(text, report.Faults[0].Text, StringComparison.Ordinal);
            Assert.All(report.Faults, one => Assert.Equal(expected, one.Kind));
            Assert.Equal(report.Faults.Count > 1, report.AreAlternatives);
        }
    }

    [Theory]
    [InlineData("LSTM", true, StateFaultKind.NeverFedBack, StateFaultKind.ResetAtEachCall)]
    [InlineData("LSTM", false, StateFaultKind.ResetAtEachCall)]
    public void Never_fed_back_and_reset_are_alternatives_where_a_stream_begins_at_zeros(string kind, bool zeros, params StateFaultKind[] expected)
    {
        (StatefulModel<double> model, Tensor<double>[] initial) = Right(kind, 2, zeros);
        StateReport report = StateCheck.Run(Faulty.Stream(model, initial, Carries["reset"]), X(2), model, initial);
        Assert.Equal(expected, report.Faults.Select(fault => fault.Kind));
        Assert.Equal(zeros, report.AreAlternatives);
        Assert.Equal(zeros, report.Verdict.Contains("cannot tell which", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("never fed back", StateFaultKind.NeverFedBack)]
    [InlineData("one step late", StateFaultKind.OneStepLate)]
    [InlineData("one call late", StateFaultKind.OneCallLate)]
    [InlineData("first step", StateFaultKind.WrongOutput)]
    [InlineData("swapped", StateFaultKind.Unknown)]
    public void Without_the_model_faults_of_time_are_named_and_others_name_the_remedy(string fault, StateFaultKind expected)
    {
        (StatefulModel<double> model, Tensor<double>[] initial) = Right("LSTM", 2, zeros: true);
        StateReport report = StateCheck.Run(Faulty.Stream(model, initial, CarryOf(fault, model, initial)), X(2));
        Assert.Equal(expected, report.Faults[0].Kind);
        Assert.Equal(expected == StateFaultKind.Unknown, report.Verdict.Contains("pass the model", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("LSTM", "not used", StateFaultKind.NotUsed, "h is not used")]
    [InlineData("GRU", "not used", StateFaultKind.NotUsed, "h is not used")]
    [InlineData("two layers", "c not used", StateFaultKind.NotUsed, "c is not used")]
    [InlineData("LSTM", "as passed in", StateFaultKind.NeverFedBack, "h is returned as it was passed in")]
    [InlineData("two layers", "reset", StateFaultKind.ResetAtEachCall, "h is returned as zeros")]
    [InlineData("LSTM", "c lost", StateFaultKind.ResetAtEachCall, "c is returned as zeros")]
    [InlineData("LSTM", "swapped", StateFaultKind.Swapped, "h and c")]
    [InlineData("two layers", "swapped", StateFaultKind.Swapped, "h and c")]
    [InlineData("two layers", "layers swapped", StateFaultKind.Swapped, "h[0] and h[1]")]
    [InlineData("LSTM", "c from h", StateFaultKind.WrongOutput, "c is returned from the wrong output: it is the output y of the last step")]
    [InlineData("GRU", "h from first y", StateFaultKind.WrongOutput, "the first step")]
    [InlineData("LSTM", "h from first y", StateFaultKind.WrongOutput, "step 0 of 7")]
    [InlineData("two layers", "h[1] from h[0]", StateFaultKind.WrongOutput, "h[1] is returned from the wrong output: it is the same as h[0]")]
    [InlineData("two layers", "h from last y", StateFaultKind.WrongOutput, "h[0] is returned from the wrong output: it is the output y of the last step")]
    [InlineData("LSTM", "one step late", StateFaultKind.OneStepLate, "last step")]
    [InlineData("two layers", "one step late", StateFaultKind.OneStepLate, "last step")]
    [InlineData("GRU", "one step late", StateFaultKind.OneStepLate, "last step")]
    [InlineData("LSTM", "first step", StateFaultKind.WrongOutput, "after the first step")]
    public void A_fault_of_the_states_that_a_model_returns_is_named(string kind, string fault, StateFaultKind expected, string text)
    {
        foreach (bool zeros in (bool[])[true, false])
        {
            (StatefulModel<double> right, Tensor<double>[] initial) = Right(kind, 2, zeros);
            StatefulModel<double> model = fault switch
            {
                "not used" => (x, states) => right(x, [.. states.Select(Cleared)]),
                "c not used" => (x, states) => right(x, [states[0], Cleared(states[1])]),
                "as passed in" => Faulty.Returning(right, (_, _, before, _) => [.. before]),
                "one step late" => Faulty.Returning(right, (x, _, before, _) => [.. StepBefore(right, x, before)]),
                "first step" => Faulty.Returning(right, (x, _, before, _) => [.. right(Faulty.Steps(x, 0, 1), before).States]),
                _ => Faulty.Returning(right, (x, y, before, after) => [.. Carries[fault](x, before, y, after, before)]),
            };
            StateReport report = StateCheck.Run(model, X(2), initial);
            Assert.Equal(expected, report.Faults[0].Kind);
            Assert.Contains(text, report.Faults[0].Text, StringComparison.Ordinal);
        }
    }

    private static (StatefulModel<double> Model, Tensor<double>[] Initial) Right(string kind, int batch, bool zeros)
    {
        Recurrent<double> layer = Faulty.Layer(kind);
        return (Faulty.Model(layer), Faulty.Initial(layer, batch, zeros));
    }

    private static Carry CarryOf(string fault, StatefulModel<double> model, Tensor<double>[] initial) => fault switch
    {
        "never fed back" => (_, _, _, _, _) => initial,
        "one step late" => (x, before, _, _, _) => StepBefore(model, x, before),
        "first step" => (x, before, _, _, _) => model(Faulty.Steps(x, 0, 1), before).States,
        _ => Carries[fault],
    };

    private static IReadOnlyList<Tensor<double>> StepBefore(StatefulModel<double> model, Tensor<double> x, IReadOnlyList<Tensor<double>> before) =>
        x.Lengths[0] == 1 ? before : model(Faulty.Steps(x, 0, (int)x.Lengths[0] - 1), before).States;

    private static Tensor<double> Cleared(Tensor<double> state) => Faulty.Like(state, new double[state.FlattenedLength]);

    private static double[] Half(Tensor<double> state, int half)
    {
        int size = (int)state.FlattenedLength / 2;
        return state.ToArray()[(half * size)..((half + 1) * size)];
    }

    private static Tensor<double> Turned(Tensor<double> state) => Faulty.Like(state, [.. Half(state, 1), .. Half(state, 0)]);

    private static double[] Last(Tensor<double> y) => Faulty.Steps(y, (int)y.Lengths[0] - 1, (int)y.Lengths[0]).ToArray();

    private static Tensor<double> X(int batch) => Make.Normal(12, 7, batch, 2);
}
