using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;

namespace LstmLab.Jupyter.Execution;

/// <summary>
/// Brings to the running cell what native code and child processes write to the file descriptors 1 and 2 of this process, by pipes in
/// their place. Only a whole program does so, not a library or a test. On Windows that text goes where the program's own goes.
/// </summary>
internal static partial class DescriptorOutput
{
    private const short Readable = 1;
    private const int Unbuffered = 2;

    private static readonly Lock Reading = new();
    private static readonly byte[] Bytes = new byte[1 << 16];
    private static Source[] sources = [];
    private static volatile RunningCell? cell;

    /// <summary>The cell that runs; without one the text goes to the program's own streams.</summary>
    public static RunningCell? Cell
    {
        set => cell = value;
    }

    /// <summary>
    /// Puts the pipes in place. The writers of Console, which exist before, keep the program's own streams; standard input is at its end
    /// from now on.
    /// </summary>
    /// <param name="errorPipe">
    /// A named pipe to take for descriptor 2, of which another process reads what is left when this one dies.
    /// </param>
    public static void Capture(string? errorPipe = null)
    {
        if (OperatingSystem.IsWindows()) return;

        using var nothing = File.OpenHandle("/dev/null");
        _ = Replace(nothing, 0);

        // What native code prints would wait in its buffer until the process ends.
        var stream = NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), OperatingSystem.IsMacOS() ? "__stdoutp" : "stdout");
        _ = SetBuffer(Marshal.ReadIntPtr(stream), 0, Unbuffered, 0);
        sources = [Redirect(1, "stdout", Console.Out), Redirect(2, "stderr", Console.Error, errorPipe)];
        new Thread(ReadForever) { IsBackground = true }.Start();
    }

    /// <summary>Passes on what has been written so far.</summary>
    public static void Drain()
    {
        if (sources.Length == 0 || Reading.IsHeldByCurrentThread) return;

        lock (Reading)
        {
            Span<Polled> polled = [sources[0].Polled, sources[1].Polled];
            if (Poll(polled, 2, 0) <= 0) return;

            for (var i = 0; i < 2; i++)
            {
                if ((polled[i].Found & Readable) != 0) sources[i].Read();
            }
        }
    }

    private static void ReadForever()
    {
        while (true)
        {
            Span<Polled> polled = [sources[0].Polled, sources[1].Polled];
            _ = Poll(polled, 2, Timeout.Infinite);
            Drain();
        }
    }

    private static Source Redirect(int descriptor, string stream, TextWriter original, string? name = null)
    {
        if (name is not null)
        {
            var named = new FileStream(name, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            _ = Replace(named.SafeFileHandle, descriptor);
            return new Source(named, named.SafeFileHandle, stream, original);
        }

        var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        _ = Replace(pipe.ClientSafePipeHandle, descriptor);
        pipe.DisposeLocalCopyOfClientHandle();
        return new Source(pipe, pipe.SafePipeHandle, stream, original);
    }

    private sealed class Source(Stream pipe, SafeHandle handle, string stream, TextWriter original)
    {
        private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

        public Polled Polled => new() { Descriptor = (int)handle.DangerousGetHandle(), Wanted = Readable };

        /// <summary>Reads once, which is as much as a pipe holds.</summary>
        public void Read()
        {
            var characters = new char[Bytes.Length + 1];
            var text = new string(characters, 0, decoder.GetChars(Bytes, 0, pipe.Read(Bytes), characters, 0));
            cell?.Emit(new StreamText(stream, text));

            // So that a runtime that ends, by a stack overflow for one, can say why.
            if (cell is null || stream == "stderr") original.Write(text);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Replace(SafeHandle by, int descriptor);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(Span<Polled> descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "setvbuf")]
    private static partial int SetBuffer(nint stream, nint buffer, int mode, nuint size);
}
