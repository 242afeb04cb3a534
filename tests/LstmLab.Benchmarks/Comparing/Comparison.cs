using System.Globalization;
using System.Runtime.InteropServices;
using LstmLab.Benchmarks.Contestants;

namespace LstmLab.Benchmarks.Comparing;

/// <summary>Runs contestants in turn, each turn in a fresh process, so that spinning threads of one never disturb another.</summary>
internal sealed class Comparison(IReadOnlyList<Entrant> entrants, IReadOnlyList<Shape> shapes, IReadOnlyList<int> threadCounts, TextWriter progress)
{
    private const int Rounds = 5;

    private readonly List<Entrant> _running = [.. entrants];
    private readonly Dictionary<Entrant, string> _unavailable = [];
    private readonly List<Agreement> _agreements = [];
    private readonly List<Timing> _timings = [];

    public Results Run()
    {
        progress.WriteLine("peak of the processor");
        PeakRate[] peaks = [.. threadCounts.SelectMany(threads => Peak.Measure(threads).Select(peak => new PeakRate(threads, peak.Bits, peak.Gflops)))];
        progress.Write("cold start");
        Dictionary<Entrant, List<WorkerProcess>> starts = Turns(Shape.Toy, 1, Worker.Cold);
        foreach (Shape shape in shapes)
            foreach (int threads in threadCounts) Compare(shape, threads);
        return new(
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}",
            Rounds, peaks, [.. entrants.Select(entrant => Started(entrant, starts[entrant]))], _agreements, _timings);
    }

    private void Compare(Shape shape, int threads)
    {
        progress.Write($"{shape} ({shape.Use}), {Shape.Count(threads)}: values");
        Dictionary<string, float[]>? first = null;
        foreach (Entrant entrant in _running.ToArray())
        {
            if (Turn(entrant, shape, threads, Worker.Values) is not WorkerProcess worker) continue;
            Dictionary<string, float[]> values = worker.Answers.ToDictionary(answer => answer.Key, answer => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(answer.Value)).ToArray());
            first ??= values;
            if (first == values) continue;
            _agreements.AddRange(values.Select(block => new Agreement(shape.Name, threads, entrant.Name, block.Key, Difference(first[block.Key], block.Value))));
        }

        foreach ((Entrant entrant, List<WorkerProcess> turns) in Turns(shape, threads, Worker.Times))
        {
            foreach (Mode mode in Enum.GetValues<Mode>())
            {
                double[][] figures = [.. turns.Where(turn => turn.Answers.ContainsKey(mode.ToString())).Select(turn => Array.ConvertAll(turn.Answers[mode.ToString()].Split(' '), text => double.Parse(text, CultureInfo.InvariantCulture)))];
                if (figures.Length == Rounds) _timings.Add(new(shape.Name, mode, threads, entrant.Name, Median(figures, 0), Median(figures, 1)));
            }
        }
    }

    // A B C A B C …: a machine that grows slower does so for all of them.
    private Dictionary<Entrant, List<WorkerProcess>> Turns(Shape shape, int threads, string task)
    {
        Dictionary<Entrant, List<WorkerProcess>> turns = entrants.ToDictionary(entrant => entrant, _ => new List<WorkerProcess>());
        progress.Write(", rounds");
        for (int round = 1; round <= Rounds; round++)
        {
            progress.Write($" {round}");
            foreach (Entrant entrant in _running.ToArray())
                if (Turn(entrant, shape, threads, task) is WorkerProcess worker) turns[entrant].Add(worker);
        }

        progress.WriteLine();
        return turns;
    }

    // Null when the contestant cannot go on; it then takes no further turn.
    private WorkerProcess? Turn(Entrant entrant, Shape shape, int threads, string task)
    {
        WorkerProcess worker = WorkerProcess.Run(entrant, shape, threads, task);
        if (worker.Unavailable is null) return worker;
        _running.Remove(entrant);
        _unavailable[entrant] = worker.Unavailable;
        progress.Write($" [{entrant} takes no part: {worker.Unavailable}]");
        return null;
    }

    private Start Started(Entrant entrant, List<WorkerProcess> turns)
    {
        string? unavailable = _unavailable.GetValueOrDefault(entrant);
        return turns.Count == 0
            ? new(entrant.Name, null, null, null, null, unavailable)
            : new(entrant.Name, turns[0].Answers[Worker.Version], Of(turn => turn.FirstAnswer), Of(turn => turn.Number(Worker.Main)), Of(turn => turn.Number(Worker.Resident)), unavailable);

        double Of(Func<WorkerProcess, double> figure) => Clock.Median([.. turns.Select(figure)]);
    }

    private static double Difference(float[] a, float[] b)
    {
        if (a.Length != b.Length) return double.PositiveInfinity;
        (double scale, double difference) = (a.Max(value => Math.Abs((double)value)), 0);
        // Math.Max hands NaN on. ∂L/∂U of a single step from h = 0 is zero.
        for (int n = 0; n < a.Length; n++) difference = Math.Max(difference, Math.Abs((double)a[n] - b[n]));
        return difference == 0 ? 0 : difference / scale;
    }

    private static double Median(double[][] figures, int column) => Clock.Median([.. figures.Select(figure => figure[column])]);
}
