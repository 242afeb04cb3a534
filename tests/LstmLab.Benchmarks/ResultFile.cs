using System.CommandLine;

namespace LstmLab.Benchmarks;

/// <summary>A file of results, written whole or not at all.</summary>
internal static class ResultFile
{
    /// <summary>Says on the error stream if the file cannot be written, before anything is measured.</summary>
    public static bool CanBeWritten(FileInfo file, string option, InvocationConfiguration console)
    {
        if (file.Directory is { Exists: true }) return true;
        console.Error.WriteLine($"{option} is '{file}', but its folder does not exist.");
        return false;
    }

    /// <summary>Writes a temporary file beside it and renames that.</summary>
    public static void Write(FileInfo file, string text)
    {
        string temporary = $"{file.FullName}.tmp";
        File.WriteAllText(temporary, text);
        File.Move(temporary, file.FullName, overwrite: true);
    }
}
