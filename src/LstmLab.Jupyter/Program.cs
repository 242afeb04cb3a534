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
    public static Task<int> Main(string[] args)
    {
        Locale.Prepare();
        return RunAsync(args, Console.Out, Console.Error);
    }

    internal static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("lstmlab runs C# notebooks, headlessly and as a kernel of Jupyter, and sweeps of experiments.")
        {
            RunCommand.Create(),
            KernelCommand.Create(),
            SweepCommand.Create(),
        };
        var parsed = root.Parse(args);

        // Ctrl-C in the client's terminal reaches a kernel, too, and must not end it.
        var isKernel = parsed.CommandResult.Command.Name == KernelCommand.Start;
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            ProcessTerminationTimeout = isKernel ? null : InterruptGrace,
        };
        var exitCode = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        return parsed.Errors.Count > 0 ? RunCommand.Misused : exitCode;
    }
}
