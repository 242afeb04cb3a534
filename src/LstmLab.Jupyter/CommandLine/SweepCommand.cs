using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using LstmLab.Sweeps;

namespace LstmLab.Jupyter.CommandLine;

/// <summary><c>lstmlab sweep</c>.</summary>
internal static class SweepCommand
{
    // Linux's number; .NET has no name for it.
    private const int UserSignal = 10;

    private static readonly string[] Schedulers = ["slurm", "parallel", "k8s"];

    public static Command Create() => new("sweep", """
        Runs many small experiments, declared in a file, here or on a scheduler. Each trial has a seed that follows from its parameters and
        one result file; finished trials are never run again.
        """)
    {
        Plan(), Run(), Missing(), Collect(), Submit(),
    };

    private static Argument<string> File() => new("sweep") { Description = "The declaration, e.g. toy.json." };

    private static Command Plan()
    {
        var file = File();
        var command = new Command("plan", "Prints the trials, one JSON object a line, with their tasks.") { file };
        command.SetAction(parsed => Guarded(parsed, () =>
        {
            var sweep = Sweep.Read(parsed.GetValue(file)!);
            var output = parsed.InvocationConfiguration.Output;
            foreach (var (n, trial) in sweep.Trials.Index())
            {
                var parameters = trial.Parameters.GetRawText();
                output.WriteLine(
                    $$"""{"task":{{n / sweep.TrialsPerTask}},"id":"{{trial.Id}}","seed":{{trial.Seed}},"parameters":{{parameters}}}""");
            }

            parsed.InvocationConfiguration.Error.WriteLine($"{sweep.Trials.Count} trials in {sweep.TaskCount} tasks.");
            return RunCommand.Succeeded;
        }));
        return command;
    }

    private static Command Run()
    {
        var file = File();
        var task = new Option<int?>("--task") { Description = "Runs the trials of this task only, numbered from 0.", HelpName = "NUMBER" };
        var command = new Command("run", $"""
            Runs the trials that have no result yet, one after another. SIGTERM, SIGINT and SIGUSR1 stop it: the running trial keeps its
            work, and the next run goes on from there. Exit code: 0 all have a result, 1 a trial failed, 2 wrong use,
            {TrialProgram.Stopped} stopped.
            """)
        {
            file, task,
        };
        command.SetAction(parsed => Guarded(parsed, () =>
        {
            var sweep = Sweep.Read(parsed.GetValue(file)!);
            var trials = parsed.GetValue(task) is { } number ? sweep.TrialsOf(number) : sweep.Trials;
            var error = parsed.InvocationConfiguration.Error;
            using var stop = new CancellationTokenSource();
            using var signals = new StopSignals(stop);
            var summary = SweepRun.Run(sweep, trials, new Counter(error, trials.Count), stop.Token);
            var stopped = summary.IsStopped ? ", stopped" : "";
            error.WriteLine($"{summary.Finished} trials finished, {summary.Skipped} skipped, {summary.Failed} failed{stopped}.");
            if (summary.Failed > 0) error.WriteLine("'lstmlab sweep missing' says why; the next run tries them again.");
            if (summary.Failed > 0 && summary.Finished == 0) error.WriteLine("No trial had an answer: mend the program first.");
            return summary.IsStopped ? TrialProgram.Stopped : summary.Failed > 0 ? RunCommand.Failed : RunCommand.Succeeded;
        }));
        return command;
    }

    private static Command Missing()
    {
        var file = File();
        var command = new Command(
            "missing", "Prints the trials without a result, and why they failed if they did. Exit code: 0 none, 1 some.")
        {
            file,
        };
        command.SetAction(parsed => Guarded(parsed, () =>
        {
            var sweep = Sweep.Read(parsed.GetValue(file)!);
            var folder = new ResultFolder(sweep);
            var missing = folder.Missing();
            foreach (var trial in missing)
            {
                parsed.InvocationConfiguration.Output.WriteLine($"{trial.Id} {trial.Parameters.GetRawText()}");
                if (folder.FailureOf(trial) is { } reason) parsed.InvocationConfiguration.Output.WriteLine(Indented(reason));
            }

            parsed.InvocationConfiguration.Error.WriteLine($"{missing.Count} of {sweep.Trials.Count} trials have no result.");
            return missing.Count == 0 ? RunCommand.Succeeded : RunCommand.Failed;
        }));
        return command;
    }

    private static Command Collect()
    {
        var file = File();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The table; beside the declaration when omitted.",
            HelpName = "CSV",
        };
        var partial = new Option<bool>("--partial") { Description = "Leaves out trials that have no result." };
        var command = new Command("collect", "Writes all results into one CSV table. Its bytes do not depend on where and when trials ran.")
        {
            file, output, partial,
        };
        command.SetAction(parsed => Guarded(parsed, () =>
        {
            var sweep = Sweep.Read(parsed.GetValue(file)!);
            var path = parsed.GetValue(output) ?? Path.ChangeExtension(sweep.Path, ".csv");
            var rows = ResultTable.Write(sweep, path, parsed.GetValue(partial));
            parsed.InvocationConfiguration.Error.WriteLine($"{rows} rows: {path}");
            return RunCommand.Succeeded;
        }));
        return command;
    }

    private static Command Submit()
    {
        var file = File();
        var on = new Option<string>("--on") { Description = "The scheduler.", Required = true };
        on.AcceptOnlyFromAmong(Schedulers);
        var print = new Option<bool>("--print") { Description = "Prints what would be submitted, and submits nothing. Always so for k8s." };
        var option = new Option<string[]>("--option")
        {
            Description = "A further option of sbatch, e.g. --option=--time=1:00:00; may be given several times.",
            HelpName = "SBATCH",
            DefaultValueFactory = _ => [],
        };
        var image = new Option<string>("--image") { Description = "For k8s, the image of the pods.", DefaultValueFactory = _ => "lstmlab" };
        var claim = new Option<string>("--claim")
        {
            Description = "For k8s, the persistent volume claim that holds the sweep's folder.",
            DefaultValueFactory = _ => "sweep",
        };
        var command = new Command("submit", """
            Hands the tasks that have trials without a result to a scheduler: array jobs of Slurm, processes of GNU parallel on this
            machine, or the manifest of an indexed job of Kubernetes, which is printed for 'kubectl apply -f -'.
            """)
        {
            file, on, print, option, image, claim,
        };
        command.SetAction(parsed => Guarded(parsed, () =>
        {
            var sweep = Sweep.Read(parsed.GetValue(file)!);
            var streams = parsed.InvocationConfiguration;
            if (parsed.GetValue(on) == "k8s")
            {
                streams.Output.Write(Submission.Kubernetes(sweep, parsed.GetValue(image)!, parsed.GetValue(claim)!));
                return RunCommand.Succeeded;
            }

            var tasks = Submission.UnfinishedTasks(sweep);
            if (tasks.Count == 0)
            {
                streams.Error.WriteLine("All trials have a result: nothing to submit.");
                return RunCommand.Succeeded;
            }

            IReadOnlyList<string> scripts = parsed.GetValue(on) == "slurm"
                ? Submission.Slurm(sweep, tasks, ThisProgram.Command, MaximumArraySize(), parsed.GetValue(option)!)
                : [Submission.Parallel(sweep, tasks, ThisProgram.Command)];
            if (parsed.GetValue(print))
            {
                foreach (var script in scripts) streams.Output.Write(script);
                return RunCommand.Succeeded;
            }

            Directory.CreateDirectory(Path.Combine(new ResultFolder(sweep).Path, "logs"));
            return scripts.Select(script => Start(parsed.GetValue(on) == "slurm" ? "sbatch" : "bash", script)).Max();
        }));
        return command;
    }

    // What Slurm allows here; its own default where it cannot be asked, as when scripts are printed elsewhere.
    private static int MaximumArraySize()
    {
        const int usual = 1001;
        try
        {
            using var process = Process.Start(new ProcessStartInfo("scontrol", "show config") { RedirectStandardOutput = true })!;
            var line = process.StandardOutput.ReadToEnd(
                ).Split('\n').FirstOrDefault(text => text.StartsWith("MaxArraySize", StringComparison.Ordinal));
            return line is null ? usual : int.Parse(line.Split('=')[1], CultureInfo.InvariantCulture);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return usual;
        }
    }

    private static int Start(string program, string script)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true })!;
            process.StandardInput.Write(script);
            process.StandardInput.Close();
            process.WaitForExit();
            return process.ExitCode == 0 ? RunCommand.Succeeded : RunCommand.Failed;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new SweepException(
                $"'{program}' cannot be started: {error.Message} Install it, or use --print and run the script elsewhere.", error);
        }
    }

    private static string Indented(string text) => "  " + text.TrimEnd().ReplaceLineEndings("\n  ");

    private static int Guarded(ParseResult parsed, Func<int> action)
    {
        try
        {
            return action();
        }
        catch (SweepException error)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"lstmlab: {error.Message}");
            return RunCommand.Misused;
        }
    }

    // Signals that mean: keep the work, and end.
    private sealed class StopSignals : IDisposable
    {
        private readonly List<PosixSignalRegistration> _registrations = [];

        public StopSignals(CancellationTokenSource stop)
        {
            List<PosixSignal> signals = [PosixSignal.SIGTERM, PosixSignal.SIGINT];
            if (OperatingSystem.IsLinux()) signals.Add((PosixSignal)UserSignal);
            foreach (var signal in signals)
            {
                _registrations.Add(PosixSignalRegistration.Create(signal, context =>
                {
                    context.Cancel = true;
                    stop.Cancel();
                }));
            }
        }

        public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
    }

    // A line each second at most.
    private sealed class Counter(TextWriter error, int trials) : IProgress<int>
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();

        public void Report(int value)
        {
            if (_watch.ElapsedMilliseconds < 1000 && value < trials) return;
            error.WriteLine($"{value}/{trials}");
            _watch.Restart();
        }
    }
}
