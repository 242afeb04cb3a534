using System.Globalization;
using LstmLab.Forecasting;

namespace LstmLab.Charts;

/// <summary>What a reader of a backtest's table must know to read it right, a sentence or two each.</summary>
internal static class BacktestNotes
{
    /// <summary>The notes, in the order of the table's columns.</summary>
    public static IEnumerable<string> Of(BacktestResult result, Score[] scores)
    {
        yield return Counts(result, scores);
        if (result.Models.Count > 1) yield return Comparison(result);
        if (Hindsight(result) is { } hindsight) yield return hindsight;
        yield return "Late: by how many rows the forecast must be moved back to fit significantly better (5 %, corrected for the shifts "
            + "tried); 0 if none.";
        foreach (var (model, score) in result.Models.Zip(scores).Where(pair => !double.IsNaN(pair.Second.Coverage)))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{BacktestFigures.Share(model.Forecasts[0])} intervals of “{score.Model}” cover {score.Coverage:0.00} of the test.");
    }

    /// <summary>Which scores rest on fewer outcomes than there are origins, in words.</summary>
    public static IEnumerable<string> Missing(BacktestResult result, Score[] scores) => scores.SelectMany(score =>
        score.Counts.Zip(result.Metrics).Where(pair => pair.First < result.Origins.Count)
        .Select(pair => $"{result.Origins.Count - pair.First} of “{score.Model}” for {pair.Second.Name}"));

    private static string Counts(BacktestResult result, Score[] scores)
    {
        int series = result.Origins.Select(context => context.SeriesNumber).Distinct().Count();
        string origins = string.Create(CultureInfo.InvariantCulture, $"{result.Origins.Count:#,0} origins")
            + (series > 1 ? $" in {series} series" : "");
        string[] missing = [.. Missing(result, scores)];
        return missing.Length == 0 ? $"Each figure rests on {origins}, and no forecast is missing."
            : $"n: outcomes behind the first metric, of {origins}; missing are {string.Join(", ", missing)}, and tests use the origins "
            + "that both models have.";
    }

    private static string Comparison(BacktestResult result) =>
        $"{(result.Metrics[0].Perfect is null ? "Difference (negative is better; a ratio would depend on the unit)" : "Skill")}, p "
        + $"(Diebold–Mariano) and verdict compare the mean loss of {result.Metrics[0].Name} with that of “{result.Reference}”, "
        + $"{result.ReferenceRule}.";

    private static string? Hindsight(BacktestResult result)
    {
        if (result.Best == result.Reference || result.Best == result.Models[0].Name) return null;
        string trial = result.Models[0].Name;
        double p = result.Compare(trial, result.Best).P;
        return string.Create(CultureInfo.InvariantCulture,
            $"With hindsight “{result.Best}” does best of the others on the test; against it “{trial}” has p ")
            + (p < 0.0001 ? "< 0.0001." : string.Create(CultureInfo.InvariantCulture, $"= {p:0.0000}."));
    }
}
