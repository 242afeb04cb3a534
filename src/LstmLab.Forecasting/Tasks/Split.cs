using System.Globalization;

namespace LstmLab.Forecasting;

/// <summary>Cuts a series in the order of time: training, then validation, then test.</summary>
/// <param name="Train">Share of the rows trained on.</param>
/// <param name="TestFrom">Share of the rows before the test; those between are for validation.</param>
public sealed record Split(double Train = 0.7, double TestFrom = 0.8)
{
    private DateTime? TrainDate { get; init; }

    private DateTime TestDate { get; init; }

    /// <summary>Cuts by date.</summary>
    /// <param name="trainUntil">First moment that is no longer trained on.</param>
    /// <param name="testFrom">First moment of the test.</param>
    public static Split At(DateTime trainUntil, DateTime testFrom) => new() { TrainDate = trainUntil, TestDate = testFrom };

    /// <summary>First row after training: floor(Train · N).</summary>
    public int TrainEnd(TimeSeries series) => Row(series, Train, TrainDate);

    /// <summary>First row of the test: floor(Test · N).</summary>
    public int TestStart(TimeSeries series) => Row(series, TestFrom, TrainDate is null ? null : TestDate);

    /// <summary>Throws unless each part holds at least one window or forecast.</summary>
    internal void Require(TimeSeries series, int window, int horizon)
    {
        int train = TrainEnd(series), test = TestStart(series), rows = series.Count;
        if (train < window + horizon || test < train || rows < test + horizon)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Series '{series.Name}' has {rows} rows, split into "
                + $"{train} for training, {test - train} for validation, "
                + $"{rows - test} for the test; training needs window + horizon = {window + horizon}, the test {horizon}."));
    }

    private static int Row(TimeSeries series, double share, DateTime? moment)
    {
        if (moment is null) return (int)(share * series.Count);
        if (series.Times is null) throw new ArgumentException($"Series '{series.Name}' has no times, so it cannot be split by date.");
        int found = Array.BinarySearch(series.Times, moment.Value);
        return found < 0 ? ~found : found;
    }
}
