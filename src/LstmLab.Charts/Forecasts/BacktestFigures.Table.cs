using System.Globalization;
using LstmLab.Forecasting;

namespace LstmLab.Charts;

public static partial class BacktestFigures
{
    /// <summary>Scores of the models: verdict, metrics, 95 % interval of the first, seeds, how many outcomes they rest on where that
    /// differs, skill or difference, significance, lateness. Notes say what is compared with what, and by which rule.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="title">Caption; the task in words by default.</param>
    public static Table Table(this BacktestResult result, Bilingual? title = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        Score[] scores = [.. result.Scores()];
        bool members = scores.Any(score => score.Members is not null), ratio = result.Metrics[0].Perfect is not null,
            gaps = BacktestNotes.Missing(result, scores).Any();
        // The verdict stands where a narrow page still shows it.
        Bilingual[] headers = [("model", "模型"), ("verdict", "判定"), .. result.Metrics.Select(BacktestWords.Metric), "95 %",
            .. Some<Bilingual>(members, ("seeds", "随机种子")), .. Some<Bilingual>(gaps, "n"),
            ratio ? ("skill %", "技巧 %") : ("difference", "差值"), "p", ("late", "落后")];
        IEnumerable<object?[]> rows = scores.Select(score => (object?[])
        [
            BacktestWords.Model(score.Model),
            Mark(score) is { } mark ? new Marked(BacktestWords.Verdict(score), mark) : BacktestWords.Verdict(score),
            .. score.Scores.Select(value => (object)value), $"{Short(score.Low)}\u00A0–\u00A0{Short(score.High)}",
            .. Some(members, score.Members is var (mean, deviation) ? $"{Short(mean)}\u00A0±\u00A0{Rounded(deviation)}" : null),
            .. Some<object?>(gaps, score.Counts[0]), ratio ? Percent(score.Skill) : Signed(score.Test?.Difference),
            score.Test is { P: var p } ? p < 0.0001 ? "< 0.0001" : p.ToString("0.0000", CultureInfo.InvariantCulture) : null,
            score.Shift.Late,
        ]);
        Bilingual ahead = BacktestWords.Ahead(result);
        int count = result.Origins.Count;
        Table table = Charts.Table.Of(
            title ?? ($"{result.Task.Target}, {ahead}: {count} forecasts of the test",
            $"{result.Task.Target}，{ahead.Chinese}：测试集上的 {count} 次预测"),
            headers, [.. rows]);
        return BacktestNotes.Of(result, scores).Aggregate(table, (so, note) => so.Note(note));
    }

    // The reference is no loser of a comparison, even if it copies the last value.
    private static Verdict? Mark(Score score) => score switch
    {
        { Test: null } => null,
        { Copies: true } or { Test: { P: < 0.05, Difference: > 0 } } => Verdict.Fails,
        { Test: { P: < 0.05 } } => Verdict.Holds,
        _ => Verdict.CannotBeSettled,
    };

    private static string Short(double value) => Rendering.Ticks.Short(value);

    private static string Rounded(double deviation) =>
        deviation.ToString(deviation < 10 ? "G2" : "#,0", CultureInfo.InvariantCulture);

    // A tenth of a percent tells something where a percent or two are at stake, and nothing where hundreds are.
    private static double Percent(double skill) => Math.Round(100 * skill, Math.Abs(skill) < 1 ? 1 : 0);

    private static string? Signed(double? value) => value?.ToString("+0.0000;−0.0000;0", CultureInfo.InvariantCulture);

    private static T[] Some<T>(bool wanted, T value) => wanted ? [value] : [];
}
