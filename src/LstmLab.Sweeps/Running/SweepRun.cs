using System.Text.Json;

namespace LstmLab.Sweeps;

/// <summary>What a run has done.</summary>
/// <param name="Finished">Trials with a new result.</param>
/// <param name="Skipped">Trials that had a result before.</param>
/// <param name="Failed">Trials whose program ended without an answer.</param>
/// <param name="IsStopped">Whether the run was stopped before the last trial; run it again, and it goes on.</param>
public sealed record RunSummary(int Finished, int Skipped, int Failed, bool IsStopped);

/// <summary>Runs the trials of a sweep that have no result yet, one after another, in one program.</summary>
public static class SweepRun
{
    // A program that fails so often before its first answer will not answer at all.
    private const int FailuresBeforeTheFirstAnswer = 3;

    /// <summary>Runs trials.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="trials">Trials of it, such as those of a task.</param>
    /// <param name="progress">Told how many of the trials are done, after each.</param>
    /// <param name="stop">Stops the run: the program is asked to keep its work and to end.</param>
    /// <remarks>A run whose first three trials fail ends with them.</remarks>
    /// <exception cref="SweepException">The program cannot be started or answers with something else than JSON; or a result cannot be
    /// written.</exception>
    public static RunSummary Run(Sweep sweep, IReadOnlyList<Trial> trials, IProgress<int>? progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(trials);
        ResultFolder folder = new(sweep);
        HashSet<string> missing = [.. folder.Missing().Select(trial => trial.Id)];
        Trial[] open = [.. trials.Where(trial => missing.Contains(trial.Id))];
        folder.Clean(open);
        (int finished, int failed) = (0, 0);
        TrialProcess? program = null;
        try
        {
            foreach (Trial trial in open)
            {
                if (stop.IsCancellationRequested) break;
                program ??= new(sweep);
                JsonElement? answer;
                using (stop.Register(program.Stop)) answer = program.Ask(new(trial, folder.CheckpointsOf(trial)));
                if (answer is { } result)
                {
                    folder.Save(trial, result);
                    finished++;
                }
                else if (stop.IsCancellationRequested || program.HasStopped)
                {
                    return new(finished, trials.Count - open.Length, failed, IsStopped: true);
                }
                else
                {
                    folder.Fail(trial, program.Reason());
                    failed++;
                    program.Dispose();
                    program = null;
                }

                progress?.Report(trials.Count - open.Length + finished + failed);
                if (finished == 0 && failed == FailuresBeforeTheFirstAnswer)
                    return new(0, trials.Count - open.Length, failed, IsStopped: false);
            }
        }
        finally
        {
            program?.Dispose();
        }

        return new(finished, trials.Count - open.Length, failed, IsStopped: finished + failed < open.Length);
    }
}
