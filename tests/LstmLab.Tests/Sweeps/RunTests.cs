using LstmLab.Sweeps;
using LstmLab.Tests.Formats;
using Xunit;

namespace LstmLab.Tests.Sweeps;

/// <summary>Sweeps whose program is a process.</summary>
public class RunTests
{
    // A program that answers trials, without a build: it doubles n, fails for 13 and writes noise.
    private const string Shell = """
        echo started; while read -r line; do
          n=$(printf '%s' "$line" | sed 's/.*"n":\([0-9]*\).*/\1/')
          if [ "$n" = 13 ]; then echo "thirteen is unlucky" >&2; exit 3; fi
          echo "{\"twice\": $((2 * n)), \"text\": \"a, b\"}"
        done
        """;

    [Fact]
    public void Each_trial_has_one_result_and_the_table_has_a_row_for_each()
    {
        if (OperatingSystem.IsWindows()) return;      // the program of this test is a shell script
        using TemporaryFolder folder = new();
        Sweep sweep = Declare(folder, "\"grid\": { \"n\": [1, 2, 3] }");
        Assert.Equal(new RunSummary(1, 0, 0, false), SweepRun.Run(sweep, [sweep.Trials[1]], null, default));
        Assert.Equal(2, new ResultFolder(sweep).Missing().Count);
        Assert.Contains("2 of 3 trials", Assert.Throws<SweepException>(() => ResultTable.Write(sweep, folder["t.csv"])).Message, StringComparison.Ordinal);
        Assert.Equal(new RunSummary(2, 1, 0, false), SweepRun.Run(sweep, sweep.Trials, null, default));
        Assert.Equal(new RunSummary(0, 3, 0, false), SweepRun.Run(sweep, sweep.Trials, null, default));

        Assert.Equal(3, ResultTable.Write(sweep, folder["t.csv"]));
        Assert.Equal(
            $"n,seed,text,twice\n1,{sweep.Trials[0].Seed},\"a, b\",2\n2,{sweep.Trials[1].Seed},\"a, b\",4\n3,{sweep.Trials[2].Seed},\"a, b\",6\n",
            File.ReadAllText(folder["t.csv"]));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(folder.Root, "*", SearchOption.AllDirectories),
            path => path.EndsWith(".tmp", StringComparison.Ordinal) || path.EndsWith(".checkpoints", StringComparison.Ordinal));
    }

    [Fact]
    public void A_trial_that_fails_is_named_with_its_reason_and_the_others_run()
    {
        if (OperatingSystem.IsWindows()) return;      // the program of this test is a shell script
        using TemporaryFolder folder = new();
        Sweep sweep = Declare(folder, "\"grid\": { \"n\": [12, 13, 14] }");
        Assert.Equal(new RunSummary(2, 0, 1, false), SweepRun.Run(sweep, sweep.Trials, null, default));
        ResultFolder results = new(sweep);
        Trial failed = Assert.Single(results.Missing());
        Assert.Equal(13, failed.WholeNumber("n"));
        Assert.Contains("exit code 3", results.FailureOf(failed), StringComparison.Ordinal);
        Assert.Contains("thirteen is unlucky", results.FailureOf(failed), StringComparison.Ordinal);
        Assert.Equal(2, ResultTable.Write(sweep, folder["t.csv"], partial: true));
    }

    [Fact]
    public void A_run_whose_first_three_trials_fail_ends_with_them()
    {
        if (OperatingSystem.IsWindows()) return;      // the program of this test is a shell script
        using TemporaryFolder folder = new();
        Sweep sweep = Declare(folder, "\"grid\": { \"n\": [13], \"repeat\": [1, 2, 3, 4, 5] }");
        Assert.Equal(new RunSummary(0, 0, 3, false), SweepRun.Run(sweep, sweep.Trials, null, default));
    }

    [Theory]
    [InlineData("[\"no-such-program\"]", "'no-such-program'")]
    [InlineData("[\"sh\", \"-c\", \"read line; echo '{1}'\"]", "answered '{1}'")]
    public void A_program_that_does_not_answer_is_refused(string command, string part)
    {
        if (OperatingSystem.IsWindows()) return;      // the program of this test is a shell script
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["toy.json"], $"{{ \"command\": {command}, \"list\": [ {{ \"n\": 1 }} ] }}");
        Sweep sweep = Sweep.Read(folder["toy.json"]);
        Assert.Contains(
            part, Assert.Throws<SweepException>(() => SweepRun.Run(sweep, sweep.Trials, null, default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_that_a_signal_stops_goes_on_and_gives_the_bits_of_one_that_was_never_stopped()
    {
        if (OperatingSystem.IsWindows()) return;      // Windows has no SIGTERM
        using TemporaryFolder folder = new();
        string tests = typeof(RunTests).Assembly.Location;
        File.WriteAllText(folder["toy.json"],
            $"{{ \"command\": [\"dotnet\", \"{tests}\", \"trials\"], \"list\": [ {{ \"units\": 2, \"rate\": 0.02, \"pause\": 200 }} ] }}");
        Sweep sweep = Sweep.Read(folder["toy.json"]);
        Trial trial = sweep.Trials[0];
        ResultFolder results = new(sweep);
        int stops = 0;
        for (RunSummary summary = new(0, 0, 0, true); summary.IsStopped; stops++)
        {
            using CancellationTokenSource stop = new();
            Task<RunSummary> run = Task.Run(() => SweepRun.Run(sweep, sweep.Trials, null, stop.Token));
            // After a few epochs of a fifth of a second each; the third run may finish.
            if (stops < 2) await Task.WhenAny(run, Task.Delay(1800));
            if (stops < 2) await stop.CancelAsync();
            summary = await run;
            if (summary.IsStopped) Assert.Null(results.ResultOf(trial));
        }

        using TemporaryFolder alone = new();
        History whole = ToyTrials.Train(2, 0.02, (ulong)trial.Seed, alone.Root, null, default);
        Assert.Equal(whole.Loss[^1], double.Parse(results.ResultOf(trial)!.Value.GetProperty("loss").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(stops >= 2, $"the training was stopped {stops - 1} times");
    }

    [Fact]
    public void What_a_killed_run_left_half_written_is_removed()
    {
        if (OperatingSystem.IsWindows()) return;      // the program of this test is a shell script
        using TemporaryFolder folder = new();
        Sweep sweep = Declare(folder, "\"grid\": { \"n\": [1] }");
        string path = Path.Combine(new ResultFolder(sweep).Path, sweep.Trials[0].Id[..2], sweep.Trials[0].Id + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".tmp", "{\"id\": ");
        Assert.Single(new ResultFolder(sweep).Missing());
        SweepRun.Run(sweep, sweep.Trials, null, default);
        Assert.False(File.Exists(path + ".tmp"));
        File.WriteAllText(path, "{\"id\": ");
        var error = Assert.Throws<SweepException>(() => ResultTable.Write(sweep, folder["t.csv"]));
        Assert.Contains("Delete it, and run the sweep again.", error.Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Equal(1, SweepRun.Run(sweep, sweep.Trials, null, default).Finished);
    }

    private static Sweep Declare(TemporaryFolder folder, string trials)
    {
        File.WriteAllText(folder["program.sh"], Shell);
        File.WriteAllText(folder["toy.json"], $"{{ \"command\": [\"bash\", \"program.sh\"], {trials} }}");
        return Sweep.Read(folder["toy.json"]);
    }
}
