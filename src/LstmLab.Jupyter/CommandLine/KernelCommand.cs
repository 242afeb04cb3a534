using System.CommandLine;
using LstmLab.Jupyter.Kernel;
using LstmLab.Jupyter.Protocol;
using NetMQ;

namespace LstmLab.Jupyter.CommandLine;

/// <summary><c>lstmlab kernel</c>.</summary>
internal static class KernelCommand
{
    /// <summary>The name of the command that Jupyter calls.</summary>
    public const string Start = "start";

    public static Command Create() => new("kernel", "The C# kernel for Jupyter: JupyterLab, classic Jupyter, VS Code, nbclient, nbconvert.")
    {
        CreateStart(), KernelSpecCommands.Install(), KernelSpecCommands.Uninstall(), KernelSpecCommands.List(),
    };

    private static Command CreateStart()
    {
        var file = new Argument<string>("connection-file") { Description = "The file in which Jupyter says where it expects the kernel." };
        var command = new Command(Start, "Runs a kernel until its client ends it. Jupyter calls this.") { file };
        command.SetAction(async (parsed, _) =>
        {
            try
            {
                await KernelProcess.RunAsync(ConnectionFile.Read(parsed.GetValue(file)!)).ConfigureAwait(false);
                return RunCommand.Succeeded;
            }
            catch (Exception exception) when (exception is InvalidDataException or NetMQException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"lstmlab: {exception.Message}").ConfigureAwait(false);
                return RunCommand.Misused;
            }
        });
        return command;
    }
}
