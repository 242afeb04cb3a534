using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using LstmLab.Benchmarks.Contestants;

namespace LstmLab.Benchmarks.Comparing;

/// <summary>One contestant in a process of its own. It answers in lines <c>key TAB value</c> on standard output.</summary>
internal static class Worker
{
    public const string Command = "worker";

    // Tasks.
    public const string Cold = "cold", Values = "values", Times = "times";

    // Keys beside the modes and the names of weights.
    public const string Stepped = "stepped", Main = "main", Resident = "resident", Version = "version", Outputs = "outputs", Unavailable = "unavailable";

    /// <summary>Does a task: contestant, shape, number of threads, and <see cref="Cold"/>, <see cref="Values"/> or <see cref="Times"/>.</summary>
    /// <param name="task">Its words.</param>
    /// <param name="started">When the process entered its first line.</param>
    /// <param name="output">Where to answer.</param>
    public static int Run(string[] task, long started, TextWriter output)
    {
        Problem problem = new(Shape.Named(task[1]));
        IContestant contestant;
        try
        {
            contestant = Entrant.Named(task[0]).Load(problem, int.Parse(task[2], CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or FileNotFoundException)
        {
            output.WriteLine($"{Unavailable}\t{Reason(exception)}");
            return 0;
        }

        using (contestant)
        {
            if (task[3] == Cold) Start(contestant, started, output);
            else if (task[3] == Values) Show(contestant, problem, output);
            else Time(contestant, problem.Shape, output);
        }

        return 0;
    }

    private static void Start(IContestant contestant, long started, TextWriter output)
    {
        if (contestant is ITrainingContestant training) training.Train();
        else contestant.Infer();
        TimeSpan main = Stopwatch.GetElapsedTime(started);
        output.WriteLine($"{Stepped}\t");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Main}\t{main.TotalSeconds:R}"));
        output.WriteLine($"{Resident}\t{Environment.WorkingSet}");
        output.WriteLine($"{Version}\t{contestant.Version}");
    }

    private static void Show(IContestant contestant, Problem problem, TextWriter output)
    {
        List<float> outputs = [];
        foreach (float[] _ in problem.Inputs)
        {
            contestant.Infer();
            outputs.AddRange(contestant.Outputs());
        }

        Write(Outputs, [.. outputs]);
        if (problem.Shape.Streams || contestant is not ITrainingContestant training) return;
        training.Backpropagate();
        foreach ((string name, float[] gradient) in training.Gradients()) Write(name, gradient);

        void Write(string name, float[] values) => output.WriteLine($"{name}\t{Convert.ToBase64String(MemoryMarshal.AsBytes<float>(values))}");
    }

    private static void Time(IContestant contestant, Shape shape, TextWriter output)
    {
        if (!shape.Streams && contestant is ITrainingContestant training) Write(Mode.Training, training.Train);
        Write(Mode.Inference, contestant.Infer);

        void Write(Mode mode, Action step)
        {
            (double seconds, double bytes) = Clock.Measure(step);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mode}\t{seconds:R} {bytes:R}"));
        }
    }

    // The loader tries many file names; what counts is why one that exists was refused.
    private static string Reason(Exception exception)
    {
        string[] lines = exception.GetBaseException().Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(lines[1..], line => !line.Contains("No such file", StringComparison.Ordinal)) ?? lines[0];
    }
}
