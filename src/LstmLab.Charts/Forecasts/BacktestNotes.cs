using System.Globalization;
using LstmLab.Forecasting;

namespace LstmLab.Charts;

/// <summary>What a reader of a backtest's table must know to read it right, a sentence or two each.</summary>
internal static class BacktestNotes
{
    /// <summary>The notes, in the order of the table's columns.</summary>
    public static IEnumerable<Bilingual> Of(BacktestResult result, Score[] scores)
    {
        yield return Counts(result, scores);
        if (result.Models.Count > 1)
            yield return Comparison(result);
        if (Hindsight(result) is { } hindsight)
            yield return hindsight;
        yield return ("Late: by how many rows the forecast must be moved back to fit significantly better (5 %, corrected for the shifts "
            + "tried); 0 if none.",
            "落后：把预测往回移多少行，才会显著地更吻合（5 % 水平，已按尝试的移动次数校正）；若没有则为 0。");
        foreach (var (model, score) in result.Models.Zip(scores).Where(pair => !double.IsNaN(pair.Second.Coverage)))
        {
            string share = BacktestWords.Share(model.Forecasts[0]);
            string covered = score.Coverage.ToString("0.00", CultureInfo.InvariantCulture);
            Bilingual name = BacktestWords.Model(score.Model);
            yield return ($"{share} intervals of “{name}” cover {covered} of the test.",
                $"“{name.In(Language.Chinese)}”的 {share} 预测区间覆盖了测试集中 {covered} 的结果。");
        }
    }

    /// <summary>Which scores rest on fewer outcomes than there are origins, in words.</summary>
    public static IEnumerable<Bilingual> Missing(BacktestResult result, Score[] scores) => scores.SelectMany(score =>
        score.Counts.Zip(result.Metrics).Where(pair => pair.First < result.Origins.Count).Select(pair =>
        {
            int missing = result.Origins.Count - pair.First;
            Bilingual name = BacktestWords.Model(score.Model), metric = BacktestWords.Metric(pair.Second);
            return new Bilingual($"{missing} of “{name}” for {metric}",
                $"“{name.In(Language.Chinese)}”在 {metric.In(Language.Chinese)} 上缺 {missing} 个");
        }));

    private static Bilingual Counts(BacktestResult result, Score[] scores)
    {
        int series = result.Origins.Select(context => context.SeriesNumber).Distinct().Count();
        string count = result.Origins.Count.ToString("#,0", CultureInfo.InvariantCulture);
        string english = $"{count} origins{(series > 1 ? $" in {series} series" : "")}";
        string chinese = $"{(series > 1 ? $"{series} 条序列中的 " : "")}{count} 个起点";
        Bilingual[] missing = [.. Missing(result, scores)];
        return missing.Length == 0
            ? ($"Each number rests on {english}, and no forecast is missing.", $"每个数都基于 {chinese}，没有缺失的预测。")
            : ($"n: outcomes behind the first metric, of {english}; missing are {string.Join(", ", missing.Select(m => m.English))}, and "
            + "tests use the origins that both models have.",
            $"n：第一个指标所依据的结果数，共 {chinese}；{string.Join("，", missing.Select(m => m.Chinese))}；"
            + "检验只用两个模型都有预测的起点。");
    }

    private static Bilingual Comparison(BacktestResult result)
    {
        bool difference = result.Metrics[0].Perfect is null;
        Bilingual metric = BacktestWords.Metric(result.Metrics[0]), reference = BacktestWords.Model(result.Reference);
        Bilingual rule = BacktestWords.Rule(result);
        return ($"{(difference ? "Difference (negative is better; a ratio would depend on the unit)" : "Skill")}, p "
            + $"(Diebold–Mariano) and verdict compare the mean loss of {metric} with that of “{reference}”, {rule}.",
            $"{(difference ? "差值（负数为更好；比值会随单位而变）" : "技巧")}、p（Diebold–Mariano 检验）和判定比较的是 "
            + $"{metric.In(Language.Chinese)} 的平均损失，参照模型为“{reference.In(Language.Chinese)}”，{rule.Chinese}。");
    }

    private static Bilingual? Hindsight(BacktestResult result)
    {
        if (result.Best == result.Reference || result.Best == result.Models[0].Name)
            return null;
        Bilingual trial = BacktestWords.Model(result.Models[0].Name), best = BacktestWords.Model(result.Best);
        double p = result.Compare(result.Models[0].Name, result.Best).P;
        string value = p < 0.0001 ? "< 0.0001" : string.Create(CultureInfo.InvariantCulture, $"= {p:0.0000}");
        return ($"With hindsight “{best}” does best of the others on the test; against it “{trial}” has p {value}.",
            $"事后看，其他模型中“{best.In(Language.Chinese)}”在测试集上最好；"
            + $"与它相比，“{trial.In(Language.Chinese)}”的 p {value}。");
    }
}
