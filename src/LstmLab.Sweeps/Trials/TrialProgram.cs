using System.Runtime.InteropServices;
using System.Text.Json;

namespace LstmLab.Sweeps;

/// <summary>
/// The main function of a program that runs trials: it reads trials from its standard input, one JSON object a line, and answers each with
/// one line of JSON on its standard output, until the input ends.
/// <code>
/// return TrialProgram.Run((trial, checkpoints, stop) =&gt;
/// {
///     double loss = Train(units: trial.WholeNumber("units"), seed: (ulong)trial.Seed, checkpoints, stop);
///     return new { loss };
/// });
/// </code>
/// A line is <c>{"id": "…", "seed": 1, "parameters": {…}, "checkpoints": "…"}</c>. Any program in any language can do the same.
/// </summary>
public static class TrialProgram
{
    /// <summary>What a program ends with when it was stopped and has kept its work: run it again, and it goes on.</summary>
    public const int Stopped = 75;

    /// <summary>Answers trials until the input ends or a signal stops the program.</summary>
    /// <param name="run">Runs a trial, and returns an object whose properties are numbers, texts, true or false. It gets the trial, the
    /// folder for its checkpoints, which is deleted once the trial has its result, and a token. If the token ends the trial, it keeps its
    /// work in the folder and throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>The exit code: 0, or <see cref="Stopped"/>.</returns>
    public static int Run(Func<Trial, string, CancellationToken, object> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        TextWriter answers = Console.Out;
        // What a library prints is no answer.
        Console.SetOut(Console.Error);
        while (!stop.IsCancellationRequested && Console.In.ReadLine() is { } line)
        {
            try
            {
                TrialLine trial = TrialLine.Parse(line);
                string answer = JsonSerializer.Serialize(run(trial.Trial, trial.Checkpoints, stop.Token));
                answers.WriteLine(answer);
                answers.Flush();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return Stopped;
            }
        }

        return stop.IsCancellationRequested ? Stopped : 0;
    }
}

/// <summary>The line by which a program gets a trial.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Checkpoints">The folder for its checkpoints.</param>
internal sealed record TrialLine(Trial Trial, string Checkpoints)
{
    public override string ToString() => JsonSerializer.Serialize(
        new { id = Trial.Id, seed = Trial.Seed, parameters = Trial.Parameters, checkpoints = Checkpoints });

    public static TrialLine Parse(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        return new(new Trial(root.GetProperty("parameters")), root.GetProperty("checkpoints").GetString()!);
    }
}
