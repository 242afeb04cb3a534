using LstmLab.Tests.House;
using LstmLab.Tests.Jupyter;
using LstmLab.Tests.Training;
using Xunit;

namespace LstmLab.Tests.Charts;

/// <summary>A training tells its progress that it is over, however it ends, and its curve is drawn to the end.</summary>
[Collection(nameof(RunsCells))]
public class TrainingEndTests
{
    private const string Setup = """
        #load "{LAB}"
        using LstmLab;
        using LstmLab.Charts;
        using System.Threading;

        class Watched(TrainingCurve curve, Action<EpochReport> also) : ITrainingProgress
        {
            public void Report(EpochReport value)
            {
                curve.Report(value);
                also(value);
            }

            public void Ended() => curve.Ended();
        }

        var x = Tensors.Fill((t, n, i) => Math.Sin(t + n), 5, 12, 1);
        var y = Tensors.Fill(n => Math.Sin(5.0 + n), 12, 1);
        var stop = new CancellationTokenSource();
        History Run(Action<EpochReport> also, double rate = 0.01, EarlyStopping earlyStopping = null) =>
            new Model<double>(1, new Lstm<double>(1, 4, returnSequences: false), new Dense<double>(4, 1)).Train(x, y, new MeanSquaredError(),
                new Adam(rate), epochs: 20, earlyStopping: earlyStopping, progress: new Watched(new TrainingCurve("The loss falls"), also),
                cancellation: stop.Token);
        """;

    [Theory]
    [InlineData("Run(_ => { });", 20)]
    [InlineData("Run(_ => { }, rate: 0, earlyStopping: new EarlyStopping(2));", 3)]
    [InlineData("Run(report => { if (report.Epoch == 5) stop.Cancel(); });", 5)]
    [InlineData("Run(report => { if (report.Epoch == 4) throw new InvalidOperationException(\"planned\"); });", 4)]
    public async Task In_a_notebook_the_curve_stands_alone_with_all_its_epochs(string cell, int epochs)
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync(Setup.Replace("{LAB}", Repository.PathOf("notebooks", "lab.csx"), StringComparison.Ordinal), cell);
        var curve = run.Outputs(2)[0]!["data"]!.AsObject();
        string words = string.Concat(curve["text/plain"]!.AsArray().Select(line => (string?)line));

        Assert.Equal(!cell.Contains("planned", StringComparison.Ordinal), run.Result.Succeeded);
        Assert.StartsWith("Figure: The loss falls", words, StringComparison.Ordinal);
        Assert.Contains($"'training': {epochs} values", words, StringComparison.Ordinal);
        Assert.DoesNotContain("<progress", run.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, false, "12345678.")]
    [InlineData(true, false, false, "123.")]
    [InlineData(false, true, false, "12345.")]
    [InlineData(false, false, true, "1234.")]
    public void A_progress_is_told_the_end_once_and_after_the_last_epoch(bool stops, bool cancels, bool fails, string told)
    {
        using var cancellation = new CancellationTokenSource();
        var log = new Log(epoch =>
        {
            if (cancels && epoch == 5)
                cancellation.Cancel();
            if (fails && epoch == 4)
                throw new InvalidOperationException("planned");
        });
        Dataset<double> samples = RunningMean.Dataset<double>();
        History Train() => RunningMean.Model<double>().Train(samples.X, samples.Y, new MeanSquaredError(), new Sgd(stops ? 0 : 0.01), epochs: 8,
            earlyStopping: stops ? new(Patience: 2) : null, progress: log, cancellation: cancellation.Token);
        if (fails)
            Assert.Equal("planned", Assert.Throws<InvalidOperationException>(Train).Message);
        else
            Train();

        Assert.Equal(told, log.Told);
    }

    [Fact]
    public void It_is_told_the_end_of_a_training_that_diverges()
    {
        Dataset<double> samples = RunningMean.Dataset<double>();
        var log = new Log(_ => { });
        Assert.Throws<DivergenceException>(() => RunningMean.Model<double>().Train(
            samples.X, samples.Y, new MeanSquaredError(), new Sgd(1e200), epochs: 50, progress: log));

        Assert.EndsWith(".", log.Told, StringComparison.Ordinal);
        Assert.Equal(1, log.Told.Count(sign => sign == '.'));
    }

    private sealed class Log(Action<int> also) : ITrainingProgress
    {
        public string Told { get; private set; } = "";

        public void Report(EpochReport value)
        {
            Told += value.Epoch;
            also(value.Epoch);
        }

        public void Ended() => Told += ".";
    }
}
