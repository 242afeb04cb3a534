using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Protocol;

namespace LstmLab.Jupyter.Kernel;

/// <summary>
/// A kernel as a process of its own: what it does about signals, its parent's end, and failures of threads that nobody waits for.
/// </summary>
internal static class KernelProcess
{
    /// <summary>Serves until the client or its process ends, and ends this process.</summary>
    public static async Task RunAsync(ConnectionFile file)
    {
        KernelLog.Open();
        DescriptorOutput.Capture();

        // A thread a cell has started must not take the whole state with it; an interrupted one ends as it should.
        ExceptionHandling.SetUnhandledExceptionHandler(exception =>
        {
            if (exception is not KernelInterruptedException) Console.Error.WriteLine($"A thread of the notebook ended by {exception}");
            return true;
        });
        using (var server = new KernelServer(file))
        {
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
            {
                signal.Cancel = true;
                _ = server.InterruptAsync();
            });
            await Task.WhenAny(server.RunAsync(), ParentEndsAsync()).Unwrap().ConfigureAwait(false);
        }

        // Threads that cells have started would keep the process.
        Environment.Exit(0);
    }

    /// <summary>Jupyter says which process the kernel belongs to, so that none is left behind when that is killed.</summary>
    private static async Task ParentEndsAsync()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), out var id))
        {
            await Task.Delay(Timeout.Infinite).ConfigureAwait(false);
        }

        try
        {
            using var parent = Process.GetProcessById(id);
            await parent.WaitForExitAsync().ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }
}
