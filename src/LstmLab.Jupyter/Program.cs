using System.CommandLine;
using LstmLab.Jupyter.CommandLine;

namespace LstmLab.Jupyter;

/// <summary>The tool <c>lstmlab</c>.</summary>
public static class Program
{
    /// <summary>After Ctrl-C: enough to write the page of the interrupted notebook.</summary>
    private static readonly TimeSpan InterruptGrace = TimeSpan.FromSeconds(20);

    /// <summary>Runs the command line.</summary>
    /// <returns>0 success, 1 a notebook failed, 2 wrong use.</returns>
    public static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("lstmlab runs C# notebooks without a browser.") { RunCommand.Create() };
        var parsed = root.Parse(args);
        var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = InterruptGrace }).ConfigureAwait(false);
        return parsed.Errors.Count > 0 ? RunCommand.Misused : exitCode;
    }
}
