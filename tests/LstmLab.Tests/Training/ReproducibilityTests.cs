using System.Diagnostics;
using Xunit;

namespace LstmLab.Tests.Training;

/// <summary>Same seed, same bits: on any vector width, with any number of threads, and from one run to the next.</summary>
public class ReproducibilityTests
{
    // Recorded once: a change of any bit of the engine's arithmetic or random numbers shows here, on every machine.
    private const string Float = "C245449E448A332C51A1E569FD591A8ADF05DD908DF9539364BA69546F30D4AC",
        Double = "8B771B41AD20A3ABB0B4144F6BD0518353F9A7FC4BD262851C9A7E38855287CA";

    [Fact]
    public void A_short_training_has_the_recorded_bits()
    {
        Assert.Equal(Float, RunningMean.Fingerprint<float>());
        Assert.Equal(Double, RunningMean.Fingerprint<double>());
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "0", "Vector512 False")]
    [InlineData("DOTNET_EnableAVX2", "0", "Vector256 False")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0", "Vector128 False")]
    [InlineData("DOTNET_PROCESSOR_COUNT", "1", "1 processors")]
    [InlineData("DOTNET_PROCESSOR_COUNT", "4", "4 processors")]
    [InlineData("DOTNET_TieredCompilation", "0", "Compiled again False")]
    public async Task Another_process_with_other_vector_widths_or_processors_gets_the_same_bits(string variable, string value,
    string effect)
    {
        string[] lines = (await Run("fingerprint", variable, value)).Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal($"{Float} {Double}", lines[0]);
        Assert.Contains(effect, lines[1].Split(", "));
    }

    [Fact]
    public void The_seed_decides_and_nothing_else()
    {
        Dataset<double> samples = RunningMean.Dataset<double>();
        double[] Weights(ulong model, ulong training)
        {
            Model<double> trained = RunningMean.Model<double>(0.3, model);
            trained.Train(samples.X, samples.Y, new MeanSquaredError(), new Adam(), epochs: 2, batchSize: 7, seed: training);
            return [.. trained.Parameters.SelectMany(parameter => parameter.Values)];
        }

        Assert.Equal(Weights(1, 1), Weights(1, 1));
        Assert.NotEqual(Weights(1, 1), Weights(1, 2));
        Assert.NotEqual(Weights(1, 1), Weights(2, 1));
    }

    [Fact]
    public void An_ensemble_has_its_results_in_the_order_of_seeds_whatever_the_threads()
    {
        double[] Course(ulong seed)
        {
            Dataset<double> samples = RunningMean.Dataset<double>(count: 5, seed: seed);
            return RunningMean.Model<double>(seed: seed).Train(samples.X, samples.Y, new MeanSquaredError(), new Adam(), epochs: 2).Loss;
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(seed => Course((ulong)seed)), Seeds.Run(20, Course));
    }

    [Fact]
    public async Task A_training_step_allocates_nothing_once_its_workspaces_are_made()
    {
        // In a process of its own, compiled in full at once: the compiler's tiers allocate differently. What is left is made once an epoch.
        string[] bytes = (await Run("allocations", "DOTNET_TieredCompilation", "0")).Split(' ');
        Assert.Equal(bytes[0], bytes[1]);
    }

    private static async Task<string> Run(string command, string variable, string value)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, [command]) { RedirectStandardOutput = true };
        start.Environment[variable] = value;
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.Trim();
    }
}
