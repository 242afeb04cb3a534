using LstmLab.Forecasting;
using LstmLab.Numerics;
using LstmLab.Tests.House;
using Microsoft.Data.Analysis;

namespace LstmLab.Tests.Forecasting;

/// <summary>Series for tests: the data sets, and made ones.</summary>
internal static class Frames
{
    public static DataFrame Load(string file) => DataFrame.LoadCsv(Repository.PathOf("datasets", file));

    public static DataFrame Weather(string location)
    {
        DataFrame all = Load("weather.csv"), frame = all.Filter(all["location"].ElementwiseEquals(location));
        frame.Columns.Add(new DoubleDataFrameColumn("wet", Column(frame, "precipitation").Select(mm => mm > 0 ? 1.0 : 0)));
        return frame;
    }

    /// <summary>Log-returns in percent and their squares. Days without a move are holidays carried forward, and are left out.</summary>
    public static DataFrame Returns(string file, string column)
    {
        double[] close = Column(Load(file), column);
        double[] returns = [.. close.Skip(1).Zip(close, (now, before) => 100 * Math.Log(now / before)).Where(r => file != "djia8012.csv" || r != 0)];
        return new(new DoubleDataFrameColumn("r", returns), new DoubleDataFrameColumn("r2", returns.Select(r => r * r)));
    }

    public static double[] Column(DataFrame frame, string name) => [.. Enumerable.Range(0, (int)frame.Rows.Count).Select(row => Convert.ToDouble(frame[name][row]))];

    public static DataFrame Of(params double[] y) => new(new DoubleDataFrameColumn("y", y));

    /// <summary>AR(1): y(t) = slope · y(t − 1) + normal noise.</summary>
    public static double[] AutoRegressive(int count, double slope, ulong seed = 0)
    {
        RandomStream random = new(seed, "series");
        double[] y = new double[count];
        for (int t = 1; t < count; t++) y[t] = (slope * y[t - 1]) + random.NextNormal();
        return y;
    }

    /// <summary>A model given by a function.</summary>
    public sealed class Told(string name, Func<Past, double> forecast) : Baseline(name)
    {
        protected override Func<Past, double[]> Fit(Past training) => past => [.. past.Task.Steps.Select(_ => forecast(past))];
    }
}
