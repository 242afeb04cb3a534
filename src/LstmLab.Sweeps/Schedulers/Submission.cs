namespace LstmLab.Sweeps;

/// <summary>The scripts that hand the unfinished tasks of a sweep to a scheduler.</summary>
public static class Submission
{
    /// <summary>The tasks with trials that have no result yet.</summary>
    public static IReadOnlyList<int> UnfinishedTasks(Sweep sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        HashSet<string> missing = [.. new ResultFolder(sweep).Missing().Select(trial => trial.Id)];
        return [.. Enumerable.Range(0, sweep.TaskCount).Where(task => sweep.TrialsOf(task).Any(trial => missing.Contains(trial.Id)))];
    }

    /// <summary>Batch scripts for Slurm, each an array of tasks; a task that is stopped in time is put back into the queue, and goes
    /// on.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="tasks">Task numbers, ascending.</param>
    /// <param name="lstmlab">The command that starts this program.</param>
    /// <param name="maximumArraySize">Slurm's MaxArraySize: the indexes of an array stay below it.</param>
    /// <param name="options">Further options of sbatch, e.g. <c>--time=1:00:00</c>.</param>
    public static IReadOnlyList<string> Slurm(
        Sweep sweep, IReadOnlyList<int> tasks, IReadOnlyList<string> lstmlab, int maximumArraySize, IReadOnlyList<string> options)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(lstmlab);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumArraySize, 1);
        string logs = Path.Combine(new ResultFolder(sweep).Path, "logs");
        return [.. tasks.GroupBy(task => task / maximumArraySize).Select(block => $"""
            #!/bin/bash
            #SBATCH --job-name={Path.GetFileNameWithoutExtension(sweep.Path)}
            #SBATCH --array={Ranges([.. block.Select(task => task % maximumArraySize)])}
            #SBATCH --output={logs}/%A_%a.log
            #SBATCH --open-mode=append
            #SBATCH --requeue
            #SBATCH --signal=B:USR1@60
            {string.Concat(options.Select(option => $"#SBATCH {option}\n"))}
            {Quoted([.. lstmlab, "sweep", "run", sweep.Path])} --task $(({block.Key * maximumArraySize} + SLURM_ARRAY_TASK_ID)) &
            run=$!
            # The shell gets the signal, and passes it on: the program keeps its work.
            trap 'kill -TERM $run' USR1 TERM
            while kill -0 $run 2>/dev/null; do wait $run; done
            wait $run
            code=$?
            if [ $code -eq {TrialProgram.Stopped} ]; then scontrol requeue "$SLURM_ARRAY_JOB_ID"_"$SLURM_ARRAY_TASK_ID"; fi
            exit $code

            """.ReplaceLineEndings("\n"))];
    }

    /// <summary>A shell command for GNU parallel: as many tasks at a time as the machine has processors.</summary>
    /// <inheritdoc cref="Slurm"/>
    public static string Parallel(Sweep sweep, IReadOnlyList<int> tasks, IReadOnlyList<string> lstmlab)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(lstmlab);
        return $"parallel --halt never {Quoted([.. lstmlab, "sweep", "run", sweep.Path])} --task {{}} ::: {string.Join(' ', tasks)}\n";
    }

    /// <summary>A manifest of an indexed job of Kubernetes. The sweep's folder is a volume that all pods share.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="image">An image with .NET, this program at its command <c>lstmlab</c>, and what the sweep's command needs.</param>
    /// <param name="claim">The persistent volume claim that holds the sweep's folder.</param>
    public static string Kubernetes(Sweep sweep, string image, string claim)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentException.ThrowIfNullOrEmpty(image);
        ArgumentException.ThrowIfNullOrEmpty(claim);
        string name = Path.GetFileNameWithoutExtension(sweep.Path);
        return $$"""
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: {{name.ToLowerInvariant().Replace('_', '-')}}
            spec:
              completionMode: Indexed
              completions: {{sweep.TaskCount}}
              parallelism: {{Math.Min(sweep.TaskCount, 10)}}
              backoffLimitPerIndex: 3
              maxFailedIndexes: {{sweep.TaskCount}}
              podFailurePolicy:
                rules:
                  # Stopped in time, with its work kept: no failure.
                  - action: Ignore
                    onExitCodes:
                      operator: In
                      values: [{{TrialProgram.Stopped}}]
              template:
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 60
                  containers:
                    - name: trials
                      image: {{image}}
                      workingDir: /sweep
                      command: ["sh", "-c", "exec lstmlab sweep run /sweep/{{Path.GetFileName(sweep.Path)}} --task $JOB_COMPLETION_INDEX"]
                      volumeMounts:
                        - name: sweep
                          mountPath: /sweep
                  volumes:
                    - name: sweep
                      persistentVolumeClaim:
                        claimName: {{claim}}

            """.ReplaceLineEndings("\n");
    }

    // 0-3,7,9-10
    internal static string Ranges(IReadOnlyList<int> numbers)
    {
        List<string> ranges = [];
        for (int first = 0, last; first < numbers.Count; first = last + 1)
        {
            last = first;
            while (last + 1 < numbers.Count && numbers[last + 1] == numbers[last] + 1) last++;
            ranges.Add(first == last ? $"{numbers[first]}" : $"{numbers[first]}-{numbers[last]}");
        }

        return string.Join(',', ranges);
    }

    private static string Quoted(IEnumerable<string> words) =>
        string.Join(' ', words.Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
}
