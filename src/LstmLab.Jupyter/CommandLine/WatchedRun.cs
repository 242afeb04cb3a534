using System.Diagnostics;
using System.Runtime.InteropServices;
using LstmLab.Jupyter.Running;

namespace LstmLab.Jupyter.CommandLine;

/// <summary>A run in a second process, which a cell can end without taking this one along.</summary>
internal static class WatchedRun
{
    /// <summary>Runs the command line in a second process, on the same terminal.</summary>
    /// <returns>Its exit code; 1 if a cell has ended it, which is then said.</returns>
    public static async Task<int> StartAsync(IEnumerable<string> arguments, TextWriter error)
    {
        var notes = Path.GetTempFileName();
        try
        {
            ProcessStartInfo start = new(ThisProgram.Command[0], [.. ThisProgram.Command[1..], .. arguments]);
            start.Environment[CellNotes.Variable] = notes;
            using var second = Process.Start(start)!;

            // Ctrl-C reaches both processes, a termination this one alone.
            var terminated = false;
            using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ =>
            {
                terminated = true;
                second.Kill();
            });
            await second.WaitForExitAsync().ConfigureAwait(false);
            var cell = await File.ReadAllTextAsync(notes).ConfigureAwait(false);
            if (cell.Length == 0 || terminated) return second.ExitCode;

            await error.WriteLineAsync($"lstmlab: {cell} has ended the process, exit code {second.ExitCode}. Its notebook is not written; those after it are not run.").ConfigureAwait(false);
            return RunCommand.Failed;
        }
        finally
        {
            File.Delete(notes);
        }
    }
}
