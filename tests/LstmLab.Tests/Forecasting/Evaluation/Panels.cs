using LstmLab.Forecasting;
using Microsoft.Data.Analysis;

namespace LstmLab.Tests.Forecasting.Evaluation;

/// <summary>Several series that share their shocks.</summary>
internal static class Panels
{
    /// <summary>A task of series alike but for a share of noise of their own, 0 for the same series again and again.</summary>
    public static ForecastTask Task(int rows, int count, double own, ulong seed = 0)
    {
        double[] common = Frames.AutoRegressive(rows, 0.5, seed);
        IEnumerable<(string Name, double Value)> cells = Enumerable.Range(0, count).SelectMany(series =>
        {
            RandomStream random = new(seed, "own", series);
            return common.Select(value => ($"series {series}", value + (own * random.NextNormal())));
        });
        return new(new DataFrame(new StringDataFrameColumn("name", cells.Select(cell => cell.Name)),
            new DoubleDataFrameColumn("y", cells.Select(cell => cell.Value))), "y", series: "name");
    }
}
