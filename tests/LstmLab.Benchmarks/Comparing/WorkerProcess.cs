using System.Diagnostics;
using System.Globalization;
using LstmLab.Benchmarks.Contestants;

namespace LstmLab.Benchmarks.Comparing;

/// <summary>What a worker answered.</summary>
internal sealed class WorkerProcess
{
    // glibc's default gives large blocks back to the system and faults them in again, every step: most of libtorch's time where faults are slow.
    private const string AllocatorVariable = "GLIBC_TUNABLES";
    private const string MemoryIsKept = "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=4294967296:glibc.malloc.top_pad=67108864:glibc.malloc.arena_max=1:glibc.malloc.hugetlb=1";
    private readonly Dictionary<string, string> _answers = [];

    private WorkerProcess()
    {
    }

    /// <summary>Why the contestant cannot take part; null when it does.</summary>
    public string? Unavailable => _answers.GetValueOrDefault(Worker.Unavailable);

    /// <summary>Time from the start of the process to its first answer, in seconds.</summary>
    public double FirstAnswer { get; private set; }

    /// <summary>The answers as they came.</summary>
    public IReadOnlyDictionary<string, string> Answers => _answers;

    /// <summary>A number among the answers.</summary>
    public double Number(string key) => double.Parse(_answers[key], CultureInfo.InvariantCulture);

    /// <summary>Starts this program again as a worker and waits for it.</summary>
    public static WorkerProcess Run(Entrant entrant, Shape shape, int threads, string task)
    {
        WorkerProcess worker = new();
        long began = Stopwatch.GetTimestamp();
        using Process process = Start([Worker.Command, entrant.Name, shape.Name, threads.ToString(CultureInfo.InvariantCulture), task], (AllocatorVariable, MemoryIsKept));
        while (process.StandardOutput.ReadLine() is string line)
        {
            if (worker._answers.Count == 0) worker.FirstAnswer = Stopwatch.GetElapsedTime(began).TotalSeconds;
            int tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab >= 0) worker._answers[line[..tab]] = line[(tab + 1)..];
        }

        process.WaitForExit();
        if (process.ExitCode != 0) worker._answers[Worker.Unavailable] = $"its process ended with exit code {process.ExitCode} on shape {shape}, {Shape.Count(threads)}, task {task}";
        return worker;
    }

    /// <summary>Starts this program again.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Variables that are set unless they are already.</param>
    public static Process Start(string[] arguments, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        string program = Environment.ProcessPath!;
        // `dotnet LstmLab.Benchmarks.dll` is another way to start it.
        string[] host = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        ProcessStartInfo start = new(program, [.. host, .. arguments]) { RedirectStandardOutput = true };
        foreach ((string name, string value) in environment) start.Environment.TryAdd(name, value);
        return Process.Start(start)!;
    }
}
