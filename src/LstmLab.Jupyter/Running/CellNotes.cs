namespace LstmLab.Jupyter.Running;

/// <summary>
/// Which cell runs, noted in a file for the process that started this one: a stack overflow or Environment.Exit in a cell
/// leaves nobody here to say it.
/// </summary>
internal static class CellNotes
{
    /// <summary>The variable that names the file.</summary>
    public const string Variable = "LSTMLAB_RUN_NOTES";

    /// <summary>What the name of the pipe for the process's standard error adds to that of the file.</summary>
    public const string ErrorPipeEnding = ".error";

    private static readonly string? File = Take();

    /// <summary>Whether another process reads the notes.</summary>
    public static bool AreRead => File is not null;

    /// <summary>The pipe of which the other process reads this one's last words; null without such a process.</summary>
    public static string? ErrorPipe => Path.Exists(File + ErrorPipeEnding) ? File + ErrorPipeEnding : null;

    /// <summary>Notes the cell that begins; nothing after the last.</summary>
    public static void Write(string cell)
    {
        if (File is not null) System.IO.File.WriteAllText(File, cell);
    }

    /// <summary>Programs that cells start must not note their own cells there.</summary>
    private static string? Take()
    {
        var file = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null);
        return file;
    }
}
