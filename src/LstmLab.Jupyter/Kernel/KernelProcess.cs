using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using LstmLab.Jupyter.Protocol;

namespace LstmLab.Jupyter.Kernel;

/// <summary>A kernel as a process of its own: what it does about signals and failures of threads that nobody waits for.</summary>
internal static class KernelProcess
{
    public static async Task RunAsync(ConnectionFile file)
    {
        using var server = new KernelServer(file);

        // A thread a cell has started must not take the whole state with it; an interrupted one ends as it should.
        ExceptionHandling.SetUnhandledExceptionHandler(exception =>
        {
            if (exception is not KernelInterruptedException) Console.Error.WriteLine($"A thread of the notebook ended by {exception}");
            return true;
        });
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            _ = server.InterruptAsync();
        });
        await server.RunAsync().ConfigureAwait(false);
    }
}
