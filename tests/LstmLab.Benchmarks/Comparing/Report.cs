using LstmLab.Charts;

namespace LstmLab.Benchmarks.Comparing;

/// <summary>The figures as text.</summary>
internal static class Report
{
    public static void Write(Results results, TextWriter output)
    {
        output.WriteLine($"\n{results.System}; medians of {results.Rounds} rounds");
        foreach (PeakRate peak in results.Peaks) output.WriteLine($"peak with {Shape.Count(peak.Threads)} and vectors of {peak.Bits} bits: {peak.Gflops:0} GFLOP/s");
        output.WriteLine($"\n{Starts(results.Starts)}");
        foreach (Start start in results.Starts)
            if (start.Unavailable is not null) output.WriteLine($"{start.Contestant} takes no part: {start.Unavailable}");
        Write(Mode.Training, streams: false, "Training: µs a step (forward, loss, BPTT, Adam)");
        Write(Mode.Inference, streams: false, "Inference: µs a pass");
        Write(Mode.Inference, streams: true, "Streaming: µs a step of one sequence, the state carried on");
        foreach (Agreement wrong in results.Agreements.Where(agreement => !(agreement.Difference <= Results.Tolerance)))
            output.WriteLine($"DISAGREEMENT: {wrong.Contestant}, shape {wrong.Shape}, {Shape.Count(wrong.Threads)}, {wrong.Block}: {wrong.Difference:0.0e+0}, but at most {Results.Tolerance:0e+0} is rounding.");

        void Write(Mode mode, bool streams, string title)
        {
            Timing[] timings = [.. results.Timings.Where(timing => timing.Mode == mode && Shape.Named(timing.Shape).Streams == streams)];
            if (timings.Length > 0) output.WriteLine($"\n{Times(results, mode, timings, title)}");
        }
    }

    private static Table Starts(IReadOnlyList<Start> starts) => Table.Of(
        "Cold start: ms to the end of the first toy step",
        ["contestant", "version", "from process start", "from Main", "resident MB"],
        [.. starts.Select(start => new object?[] { start.Contestant, start.Version, start.Seconds * 1e3, start.MainSeconds * 1e3, start.ResidentBytes / 1e6 })])
        .Format("0", "from process start", "from Main", "resident MB");

    // A row a shape and number of threads; the first contestant is the one the others are divided by.
    private static Table Times(Results results, Mode mode, Timing[] timings, string title)
    {
        string[] names = [.. timings.Select(timing => timing.Contestant).Distinct()];
        string[] ratios = [.. names[1..].Select(name => $"{name} ÷ {names[0]}")];
        return Table.Of(
            title,
            ["shape", "I, H, B, T", "threads", .. names, .. ratios, "GFLOP/s", "% of peak", "bytes a step", "difference"],
            [.. timings.GroupBy(timing => (timing.Shape, timing.Threads)).Select(group => Row(results, mode, group, names))])
            .Format("#,0.00", names).Format("#,0.00", ratios).Format("0.0", "GFLOP/s").Format("0", "% of peak", "bytes a step").Format("0.0e+0", "difference")
            .Note($"GFLOP/s, share of peak and bytes are {names[0]}'s; difference: the largest, of outputs and gradients, relative to the block's largest value.");
    }

    private static object?[] Row(Results results, Mode mode, IGrouping<(string Shape, int Threads), Timing> group, string[] names)
    {
        (Shape shape, int threads) = (Shape.Named(group.Key.Shape), group.Key.Threads);
        double?[] times = [.. names.Select(name => group.FirstOrDefault(timing => timing.Contestant == name)?.Seconds)];
        double? gflops = shape.Flops(mode) / times[0] / 1e9;
        double peak = results.Peaks.Where(rate => rate.Threads == threads).Max(rate => rate.Gflops);
        double[] differences = [.. results.Agreements
            .Where(agreement => agreement.Shape == shape.Name && agreement.Threads == threads && (mode == Mode.Training || agreement.Block == Worker.Outputs))
            .Select(agreement => agreement.Difference)];
        return
        [
            shape.Name, $"{shape.I}, {shape.H}, {shape.B}, {shape.T}", threads,
            .. times.Select(time => (object?)(time * 1e6)),
            .. times[1..].Select(time => (object?)(time / times[0])),
            gflops, 100 * gflops / peak, group.FirstOrDefault(timing => timing.Contestant == names[0])?.AllocatedBytes,
            differences.Length == 0 ? null : differences.Aggregate(Math.Max),
        ];
    }
}
