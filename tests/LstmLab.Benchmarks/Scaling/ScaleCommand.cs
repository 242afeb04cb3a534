using System.CommandLine;
using System.Globalization;
using System.Text;
using LstmLab.Benchmarks.Comparing;

namespace LstmLab.Benchmarks.Scaling;

/// <summary><c>scale</c>.</summary>
internal static class ScaleCommand
{
    private const int Rounds = 3;

    public static Command Create()
    {
        Option<FileInfo> csv = new("--csv") { Description = "The CSV file to write; notebooks/appendix-step-cost.ipynb reads notebooks/step-cost.csv.", HelpName = "FILE", Required = true };
        Command command = new("scale", $"""
            Measures how a training step (forward, loss, BPTT, Adam; float) of this engine grows with steps, sequences, units, layers and threads:
            {Point.All.Count} settings, medians of {Rounds} rounds, some three minutes. Leave the machine alone meanwhile.
            Exit code: 0 the file is written, 2 wrong use.
            """)
        {
            csv,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(csv), parsed.InvocationConfiguration));
        return command;
    }

    private static int Run(FileInfo csv, InvocationConfiguration console)
    {
        if (!ResultFile.CanBeWritten(csv, "--csv", console)) return CompareCommand.Misused;
        console.Error.WriteLine("peak of the processor");
        Dictionary<int, (int Bits, double Gflops)> peaks = Point.All.Select(point => point.Threads).Distinct().ToDictionary(threads => threads, threads => Peak.Measure(threads).MaxBy(peak => peak.Gflops));
        // Round by round: a machine that is slower for a while is so for many points, and no median of any is.
        double[][] rounds = [.. Enumerable.Range(1, Rounds).Select(round => Round(round, console.Error))];
        ResultFile.Write(csv, Text(peaks, [.. Point.All.Select((_, n) => Clock.Median([.. rounds.Select(round => round[n])]))]));
        return CompareCommand.Agreed;
    }

    private static double[] Round(int round, TextWriter progress)
    {
        progress.Write($"round {round} of {Rounds}, of {Point.All.Count} settings:");
        double[] seconds = [.. Point.All.Select((point, n) =>
        {
            if (n % 10 == 0) progress.Write($" {n}");
            return point.Seconds();
        })];
        progress.WriteLine();
        return seconds;
    }

    private static string Text(Dictionary<int, (int Bits, double Gflops)> peaks, double[] seconds)
    {
        StringBuilder text = new("sweep,cell,code,I,H,B,T,layers,threads,recompute,step_us,kept_bytes,peak_gflops,vector_bits,processors\n");
        foreach ((int n, Point p) in Point.All.Index())
        {
            (int bits, double gflops) = peaks[p.Threads];
            text.Append(CultureInfo.InvariantCulture, $"{p.Sweep},{p.Cell},{p.Code.ToString().ToLowerInvariant()},{p.I},{p.H},{p.B},{p.T},{p.Layers},{p.Threads},{(p.Recompute ? 1 : 0)}");
            text.Append(CultureInfo.InvariantCulture, $",{seconds[n] * 1e6:0.00},{p.KeptBytes()},{gflops:0.0},{bits},{Environment.ProcessorCount}\n");
        }

        return text.ToString();
    }
}
