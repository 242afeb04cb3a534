using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace LstmLab.Sweeps;

/// <summary>A program that answers one trial after the other.</summary>
internal sealed partial class TrialProcess : IDisposable
{
    private const int LastLines = 20, Terminate = 15;

    private readonly Process _process;
    private readonly Queue<string> _errors = new();

    /// <summary>Starts a sweep's program in the folder of the sweep.</summary>
    /// <exception cref="SweepException">It cannot be started.</exception>
    public TrialProcess(Sweep sweep)
    {
        ProcessStartInfo start = new(sweep.Command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(sweep.Path),
        };
        foreach (string argument in sweep.Command.Skip(1)) start.ArgumentList.Add(argument);
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new SweepException($"The command '{sweep.Command[0]}' of {sweep.Path} cannot be started: {error.Message}", error);
        }

        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) Keep(line.Data);
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>Whether it ended because it was stopped, with its work kept.</summary>
    public bool HasStopped => _process.HasExited && _process.ExitCode == TrialProgram.Stopped;

    /// <summary>Asks the program.</summary>
    /// <returns>Its answer, or null if it ended without one.</returns>
    public JsonElement? Ask(TrialLine trial)
    {
        try
        {
            _process.StandardInput.WriteLine(trial);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended; what it answered before cannot be of this trial.
            _process.WaitForExit();
            return null;
        }

        while (_process.StandardOutput.ReadLine() is { } line)
        {
            // What a build or a library prints is no answer.
            if (line.StartsWith('{')) return Parse(line);
            Keep(line);
        }

        _process.WaitForExit();
        return null;
    }

    /// <summary>How the program ended, and what it said last.</summary>
    public string Reason()
    {
        _process.WaitForExit();
        string end = $"The program ended with exit code {_process.ExitCode} and without an answer.";
        lock (_errors) return string.Join('\n', _errors.Prepend(end));
    }

    /// <summary>Asks the program to keep its work and to end.</summary>
    public void Stop()
    {
        if (!_process.HasExited && !OperatingSystem.IsWindows()) _ = Kill(_process.Id, Terminate);
    }

    /// <summary>Ends the input, and waits for the program's end.</summary>
    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before it read everything.
        }

        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static JsonElement Parse(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new SweepException(
                $"The program answered '{line}', which is no JSON object: {error.Message} Write other texts to the standard error.", error);
        }
    }

    private void Keep(string line)
    {
        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > LastLines) _ = _errors.Dequeue();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
