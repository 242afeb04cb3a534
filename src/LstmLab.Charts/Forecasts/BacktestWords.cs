using System.Globalization;
using System.Text.RegularExpressions;
using LstmLab.Forecasting;

namespace LstmLab.Charts;

/// <summary>Names and verdicts of a backtest in both languages.</summary>
internal static class BacktestWords
{
    private static readonly (string Pattern, string Chinese)[] Models =
    [
        ("^persistence$", "持续性预测"), ("^drift$", "漂移预测"),
        ("^seasonal naive (\\d+) \\+ last error$", "季节性朴素预测 $1 + 上一误差"),
        ("^seasonal naive (\\d+)$", "季节性朴素预测 $1"), ("^climatology, (\\d+) harmonics$", "气候态（$1 个谐波）"),
        ("^damped anomaly$", "衰减距平"), ("^mean of training$", "训练集均值"), ("^always (.+)$", "恒为 $1"),
        ("^linear, lags 1–(\\d+)$", "线性回归（滞后 1–$1）"),
        ("^linear, (\\d+) lags to (\\d+)$", "线性回归（$1 个滞后，至 $2）"),
        ("^logistic, lags 1–(\\d+)$", "逻辑斯谛回归（滞后 1–$1）"), ("^Markov chain$", "马尔可夫链"),
        ("^HAR with leverage$", "HAR（含杠杆效应）"), ("^AR\\((\\d+)\\) on anomalies$", "AR($1)（距平）"),
        ("^ETS, period (\\d+)$", "ETS（周期 $1）"), ("^ETS on anomalies$", "ETS（距平）"),
    ];

    private static readonly Dictionary<string, string> Verdicts = new()
    {
        ["reference"] = "参照模型",
        ["undecided"] = "无法判定",
        ["tie"] = "不分上下",
        ["better"] = "更好",
        ["worse"] = "更差",
        ["copies the last value"] = "照抄上一个值",
        ["constant"] = "恒定不变",
    };

    /// <summary>A model's name; one that a cell gave stays as it is.</summary>
    public static Bilingual Model(string name)
    {
        var (pattern, chinese) = Models.FirstOrDefault(model => Regex.IsMatch(name, model.Pattern));
        return pattern is null ? name : (name, Regex.Replace(name, pattern, chinese));
    }

    /// <summary>The verdict on a model.</summary>
    public static Bilingual Verdict(Score score) =>
        (score.Verdict, string.Join("，", score.Verdict.Split(", ").Select(word => Verdicts.GetValueOrDefault(word, word))));

    /// <summary>A metric's name.</summary>
    public static Bilingual Metric(Metric metric) => metric.Name switch
    {
        "direction" => (metric.Name, "方向正确率"),
        "Brier" => ("Brier score", "Brier 评分"),
        _ => metric.Name,
    };

    /// <summary>How far ahead a forecast looks.</summary>
    public static Bilingual Ahead(BacktestResult result, int? step = null) =>
        (step ?? result.Task.Steps[^1]) is var k && k == 1 ? ("1 step ahead", "提前 1 步") : ($"{k} steps ahead", $"提前 {k} 步");

    /// <summary>The name of a forecast's interval between quantile q from below and quantile q from above.</summary>
    public static Bilingual Interval(Forecast forecast, int q = 0) => ($"{Share(forecast, q)} interval", $"{Share(forecast, q)} 预测区间");

    /// <summary>The share of the outcomes that the interval should hold.</summary>
    public static string Share(Forecast forecast, int q = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * (forecast.Levels[^(q + 1)] - forecast.Levels[q]):0} %");

    /// <summary>How the reference was chosen.</summary>
    public static Bilingual Rule(BacktestResult result) => result.ReferenceRule switch
    {
        "which was named before the test" => (result.ReferenceRule, "它在测试之前就已指定"),
        var rule when rule.StartsWith("the baseline of the best ", StringComparison.Ordinal) =>
            (rule, $"它是验证集上 {result.Metrics[0].Name} 最好的基线"),
        var rule => (rule, "它是给出的第一个基线，因为没有验证集可供挑选"),
    };
}
