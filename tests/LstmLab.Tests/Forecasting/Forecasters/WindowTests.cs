using CsCheck;
using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Forecasters;

public class WindowTests
{
    // Leaves values as they are, so that windows show them.
    private sealed record Plain : IScaler
    {
        public FittedScaler Fit(ReadOnlySpan<double> column, int end) => new Same(end);

        private sealed record Same(int End) : FittedScaler(End)
        {
            public override double Forward(double value, int row) => value;

            public override double Inverse(double scaled, int row) => scaled;
        }
    }

    [Fact]
    public void There_are_as_many_windows_as_fit() =>
    Gen.Select(Gen.Int[1, 12], Gen.Int[1, 6], Gen.Int[1, 5], Gen.Int[60, 90]).Sample((window, horizon, stride, rows) =>
    {
        ForecastTask task = new(Rising(rows), "y", window: window, horizon: horizon, pastCovariates: ["c"]);
        Dataset<float> samples = Windows.Of(task, new() { Scaler = new Plain(), Stride = stride });
        int train = (int)(0.7 * rows);
        Assert.Equal((train - window - horizon) / stride + 1, samples.Count);
        Assert.Equal([window, samples.Count, 2], samples.X.Lengths.ToArray().Select(length => (int)length));
        Assert.Equal([samples.Count, horizon], samples.Y.Lengths.ToArray().Select(length => (int)length));
        for (int n = 0; n < samples.Count; n++)
        {
            int origin = window + (n * stride);
            for (int t = 0; t < window; t++)
                Assert.Equal((origin - window + t, 1000 + origin - window + t), (samples.X[t, n, 0], samples.X[t, n, 1]));
            for (int k = 0; k < horizon; k++) Assert.Equal(origin + k, samples.Y[n, k]);
        }
    });

    [Fact]
    public void No_window_of_training_holds_a_row_after_it()
    {
        ForecastTask task = new(Rising(100), "y", window: 7, horizon: 3);
        Dataset<float> samples = Windows.Of(task, new() { Scaler = new Plain() });
        Assert.Equal((69, 66), (Tensors.ToArray(samples.Y).Max(), Tensors.ToArray(samples.X).Max()));
    }

    [Fact]
    public void A_column_known_ahead_is_read_at_the_row_to_be_forecast()
    {
        ForecastTask task = new(Rising(100), "y", window: 5, horizon: 2, knownFuture: ["c"]);
        Dataset<float> samples = Windows.Of(task, new() { Scaler = new Plain() });
        float[] ahead = [.. Enumerable.Range(0, samples.Count).Select(n => samples.X[4, n, 1])],
            last = [.. Enumerable.Range(0, samples.Count).Select(n => samples.Y[n, 1])];
        // Columns known ahead are standardized: a straight line of the rows they are read at.
        Assert.All(ahead.Zip(ahead.Skip(1)), pair => Assert.Equal(ahead[1] - ahead[0], pair.Second - pair.First, 1e-5f));
        FittedScaler scaler = new StandardScaler().Fit([.. Enumerable.Range(0, 70).Select(row => 1000.0 + row)], 70);
        Assert.All(ahead.Zip(last), pair => Assert.Equal(1000 + pair.Second, scaler.Inverse(pair.First, 0), 1e-3));
    }

    [Fact]
    public void Windows_never_cross_from_one_series_into_another()
    {
        DataFrame frame = new(
            new StringDataFrameColumn("place", Enumerable.Range(0, 80).Select(row => row < 40 ? "A" : "B")),
            new DoubleDataFrameColumn("y", Enumerable.Range(0, 80).Select(row => row < 40 ? row : 1000.0 + row)));
        Dataset<float> samples = Windows.Of(new(frame, "y", window: 6, horizon: 2, series: "place"), new() { Scaler = new Plain() });
        Assert.Equal(2 * (28 - 6 - 2 + 1), samples.Count);
        for (int n = 0; n < samples.Count; n++)
            Assert.InRange(samples.Y[n, 1] - samples.X[0, n, 0], 7, 7);
    }

    [Fact]
    public void A_series_shorter_than_a_window_is_refused() =>
        Assert.Equal(
            "Series 'y' has 20 rows, split into 14 for training, 2 for validation, 4 for the test; training needs window + horizon = 31, "
            + "the test 1.",
            Assert.Throws<ArgumentException>(() => new ForecastTask(Rising(20), "y", window: 30)).Message);

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Values_that_are_no_numbers_are_refused(double value, string text) =>
        Assert.Equal($"Column 'y', row 2 is {text}; every value must be a finite number: clean the frame first.",
            Assert.Throws<ArgumentException>(() => new ForecastTask(Frames.Of(1, 2, value, 4), "y")).Message);

    [Fact]
    public void A_constant_series_can_be_learnt_from()
    {
        Dataset<float> samples = Windows.Of(new(Frames.Of([.. Enumerable.Repeat(3.0, 50)]), "y", window: 5), new());
        Assert.All(Tensors.ToArray(samples.X), x => Assert.Equal(0, x));
    }

    private static DataFrame Rising(int rows) => new(
        new DoubleDataFrameColumn("y", Enumerable.Range(0, rows).Select(row => (double)row)),
        new DoubleDataFrameColumn("c", Enumerable.Range(0, rows).Select(row => 1000.0 + row)));
}
