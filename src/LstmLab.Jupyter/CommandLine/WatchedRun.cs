using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using LstmLab.Jupyter.Running;

namespace LstmLab.Jupyter.CommandLine;

/// <summary>A run in a second process, which a cell can end without taking this one along.</summary>
internal static partial class WatchedRun
{
    /// <summary>Runs the command line in a second process, on the same terminal.</summary>
    /// <returns>Its exit code; 1 if a cell has ended it, which is then said.</returns>
    public static async Task<int> StartAsync(IEnumerable<string> arguments, TextWriter error)
    {
        var notes = Path.GetTempFileName();
        using var lastWords = OpenPipe(notes + CellNotes.ErrorPipeEnding);
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

            var end = $"lstmlab: {cell} has ended the process, exit code {second.ExitCode}. "
                + "Its notebook is not written; those after it are not run.\n";
            await error.WriteAsync(await ReadToAsync(lastWords, end).ConfigureAwait(false)).ConfigureAwait(false);
            return RunCommand.Failed;
        }
        finally
        {
            File.Delete(notes);
            File.Delete(notes + CellNotes.ErrorPipeEnding);
        }
    }

    /// <summary>
    /// A named pipe, open for both ends so that neither opening nor the other process's end waits; null where there is none.
    /// </summary>
    private static FileStream? OpenPipe(string name) => OperatingSystem.IsWindows() || MakePipe(name, Convert.ToUInt32("600", 8)) != 0
        ? null
        : new FileStream(name, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>What is left in the pipe, followed by the given end: that is put in, too, and read until it comes.</summary>
    private static async Task<string> ReadToAsync(FileStream? pipe, string end)
    {
        if (pipe is null) return end;

        var writing = pipe.WriteAsync(Encoding.UTF8.GetBytes(end)).AsTask();
        using var read = new MemoryStream();
        var buffer = new byte[1 << 16];
        string text;
        do
        {
            read.Write(buffer, 0, await pipe.ReadAsync(buffer).ConfigureAwait(false));
            text = Encoding.UTF8.GetString(read.ToArray());
        }
        while (!text.EndsWith(end, StringComparison.Ordinal));

        await writing.ConfigureAwait(false);
        return text;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string name, uint mode);
}
