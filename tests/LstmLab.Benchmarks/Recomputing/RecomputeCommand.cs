using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LstmLab.Benchmarks.Comparing;

namespace LstmLab.Benchmarks.Recomputing;

/// <summary><c>recompute</c>: one very long sequence, trained with every step kept, and with √T of them kept and the others computed again.</summary>
internal static class RecomputeCommand
{
    public const string Worker = "recompute-worker";
    private const int Units = 64, TrainingSteps = 3;

    public static Command Create()
    {
        Option<int> steps = new("--steps")
        {
            Description = "T, the length of the sequence.",
            HelpName = "T",
            DefaultValueFactory = _ => 1_000_000,
            CustomParser = result =>
            {
                if (!int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int T) || T < 1)
                    result.AddError($"--steps is '{result.Tokens[0].Value}', but must be a whole number of at least 1.");
                return T;
            },
        };
        Command command = new("recompute", $"""
            Trains an LSTM of {Units} units (float) on one sequence of T steps, once with every step kept for the way back and once with Recompute = true:
            time of a training step, peak memory of the process, and a hash of all gradients. Exit code: 0 the gradients have the same bits, 1 they have not.
            """)
        {
            steps,
        };
        command.SetAction(parsed => Run(parsed.GetValue(steps), parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>One of the two, in a process of its own: its peak of memory is that of this training alone.</summary>
    public static int Train(string[] task, TextWriter output)
    {
        int T = int.Parse(task[0], CultureInfo.InvariantCulture);
        Threads.Count = 1;
        Lstm<float> layer = new(1, Units, returnSequences: false) { Recompute = bool.Parse(task[1]) };
        Model<float> model = new(layer, new Dense<float>(Units, 1));
        RandomStream random = new(1, "inputs");
        Tensor<float> x = Tensors.Fill(_ => (float)random.NextNormal(), T, 1, 1), target = Tensors.Of([0.5f], 1, 1), dY = Tensors.Zeros<float>(1, 1);
        MeanSquaredError loss = new();
        Adam adam = new(0.001);
        Dataset<float> batch = new(x, target);
        List<Value<float>> values = [];
        double[] seconds = new double[TrainingSteps];
        byte[] hash = [];
        for (int n = 0; n < TrainingSteps; n++)
        {
            long began = Stopwatch.GetTimestamp();
            model.ClearGradients();
            Value<float> y = model.Run(batch, Pass.Train(0, 0), values);
            loss.Evaluate(y.Data, target, dY);
            y.Tape.Backward((y, dY));
            hash = SHA256.HashData([.. model.Parameters.SelectMany(parameter => MemoryMarshal.AsBytes(parameter.Gradient.AsSpan()).ToArray())]);
            adam.Step(model.Parameters);
            seconds[n] = Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        using Process process = Process.GetCurrentProcess();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Clock.Median(seconds):R} {process.PeakWorkingSet64} {Convert.ToHexStringLower(hash)}"));
        return 0;
    }

    private static int Run(int T, TextWriter output)
    {
        (double Seconds, double Mebibytes, string Hash)[] found = [.. new[] { false, true }.Select(recompute => Measure(T, recompute))];
        output.WriteLine($"T = {T:N0}, H = {Units}, one sequence, 1 thread");
        output.WriteLine($"every step kept   {found[0].Seconds:0.00} s a training step   peak {found[0].Mebibytes:0} MiB   gradients {found[0].Hash[..16]}");
        output.WriteLine($"√T steps kept     {found[1].Seconds:0.00} s a training step   peak {found[1].Mebibytes:0} MiB   gradients {found[1].Hash[..16]}");
        bool same = found[0].Hash == found[1].Hash;
        output.WriteLine($"time {found[1].Seconds / found[0].Seconds:0.00} times; gradients of training step {TrainingSteps} {(same ? "have the same bits" : "DIFFER")}");
        return same ? CompareCommand.Agreed : CompareCommand.Disagreed;
    }

    private static (double, double, string) Measure(int T, bool recompute)
    {
        using Process process = WorkerProcess.Start([Worker, T.ToString(CultureInfo.InvariantCulture), recompute.ToString()]);
        string[] answer = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"The training with Recompute = {recompute} ended with exit code {process.ExitCode}.");
        return (double.Parse(answer[0], CultureInfo.InvariantCulture), long.Parse(answer[1], CultureInfo.InvariantCulture) / 1048576.0, answer[2]);
    }
}
