namespace LstmLab.Forecasting;

/// <summary>How one model did, at the last step of the task.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Scores">One for each metric.</param>
/// <param name="Low">Lower end of the first metric's 95 % block-bootstrap interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="Members">Mean and standard deviation of the first metric over an ensemble's members; null without an ensemble.</param>
/// <param name="Skill">Share of the way from the reference to a perfect forecast, by the first metric: 1 − mean loss / mean loss of the
/// reference where 0 is perfect. NaN for the reference itself, and for a metric without a perfect value.</param>
/// <param name="Test">Against the reference, on the losses of the first metric, a negative difference favoring the model; null for the
/// reference itself.</param>
/// <param name="Coverage">Measured coverage of the outermost quantiles; NaN without quantiles.</param>
/// <param name="Shift">Whether it is late, or constant.</param>
/// <param name="OnPersistence">Against persistence, whether that is among the models or not, by the first metric or in squared error,
/// whichever favors the model more.</param>
/// <param name="Counts">How many outcomes each of <paramref name="Scores"/> rests on.</param>
public sealed record Score(
    string Model, IReadOnlyList<double> Scores, double Low, double High, (double Mean, double Deviation)? Members, double Skill,
    DieboldMariano? Test, double Coverage, Shift Shift, DieboldMariano OnPersistence, IReadOnlyList<int> Counts)
{
    /// <summary>Is it persistence? True of a model that is late by as many steps as it looks ahead, and is no better than the last
    /// value.</summary>
    public bool Copies => Shift.Late == Shift.Step && !(OnPersistence is { P: < DieboldMariano.Significance, Difference: < 0 });

    /// <summary>better, worse or tie against the reference, at 5 %; undecided where the test has no answer, as with an infinite loss;
    /// reference for itself. A model that copies the last value, or is constant, is named so.</summary>
    public string Verdict => Comparison + (Copies ? ", copies the last value" : Shift.Constant ? ", constant" : "");

    private string Comparison => Test switch
    {
        null => "reference",
        { P: double.NaN } => "undecided",
        { P: >= DieboldMariano.Significance } => "tie",
        { Difference: < 0 } => "better",
        _ => "worse",
    };
}
