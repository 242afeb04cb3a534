namespace LstmLab.Jupyter.Protocol;

/// <summary>What the kernel has to say to whoever started it: the process's own standard error, which cells never see.</summary>
internal static class KernelLog
{
    private static readonly TextWriter Error = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true });

    /// <summary>Opens the stream, to be called before its descriptor is replaced.</summary>
    public static void Open() => Error.Flush();

    public static void Write(string message) => Error.WriteLine($"lstmlab: {message}");
}
