namespace LstmLab.Jupyter.CommandLine;

/// <summary>How to start this very program again.</summary>
internal static class ThisProgram
{
    /// <summary>The program and the arguments before its own: a build is started by dotnet, a tool by itself.</summary>
    public static string[] Command { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
        ? [Environment.ProcessPath!, typeof(ThisProgram).Assembly.Location]
        : [Environment.ProcessPath!];
}
