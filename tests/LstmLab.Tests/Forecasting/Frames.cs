using LstmLab.Forecasting;
using LstmLab.Tests.House;
using Microsoft.Data.Analysis;

namespace LstmLab.Tests.Forecasting;

/// <summary>Series for tests: the data sets, and made ones.</summary>
internal static class Frames
{
    public static DataFrame Load(string file, string? time = null, string? series = null) =>
        Csv.Load(Repository.PathOf("datasets", file), time, series);

    public static DataFrame Weather(string location)
    {
        DataFrame all = Load("weather.csv", "date", "location"), frame = all.Filter(all["location"].ElementwiseEquals(location));
        return frame.With("wet", frame.Numbers("precipitation").Select(mm => mm > 0 ? 1.0 : 0));
    }

    /// <summary>Log-returns in percent and their squares.</summary>
    public static DataFrame Returns(DataFrame closes, string column)
    {
        DataFrame frame = closes.Transform(column, Transformation.LogReturn, "r");
        frame = frame.With("r", frame.Numbers("r").Select(r => 100 * r));
        return frame.With("r2", frame.Numbers("r").Select(r => r * r));
    }

    /// <summary>Returns of the Dow Jones, without the 302 holidays that carry the close forward.</summary>
    public static DataFrame DowJones() => Returns(Load("djia8012.csv").DropRepeated("close"), "close");

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
    public sealed class Plain(string name, Func<ForecastContext, double> forecast) : Baseline(name)
    {
        protected override Func<ForecastContext, double[]> Fit(ForecastContext training) =>
            context => [.. context.Task.Steps.Select(_ => forecast(context))];
    }

    /// <summary>A model given by a function of what is known and the step.</summary>
    public sealed class Steps(string name, Func<ForecastContext, int, double> forecast) : Baseline(name)
    {
        protected override Func<ForecastContext, double[]> Fit(ForecastContext training) =>
            context => [.. context.Task.Steps.Select(step => forecast(context, step))];
    }
}
