using System.CommandLine;
using System.Diagnostics;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using LstmLab.Benchmarks.Comparing;
using LstmLab.Benchmarks.Recomputing;
using LstmLab.Benchmarks.Scaling;

namespace LstmLab.Benchmarks;

/// <summary>Measures the engine alone (<c>engine</c>), by the size of its work (<c>scale</c>), over very long sequences (<c>recompute</c>) and beside its peers (<c>compare</c>).</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        long started = Stopwatch.GetTimestamp();
        // A worker measures its cold start too, so the command line's library must not be part of it.
        if (args is [Worker.Command, .. string[] task]) return Worker.Run(task, started, Console.Out);
        if (args is [RecomputeCommand.Worker, .. string[] training]) return RecomputeCommand.Train(training, Console.Out);

        Command engine = new("engine", "Measures the engine's hot paths with BenchmarkDotNet, whose options follow, e.g. engine --filter '*Adam*'; see engine --list flat.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        engine.SetAction(parsed => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly)
            .Run([.. parsed.UnmatchedTokens], DefaultConfig.Instance.WithArtifactsPath("artifacts/benchmarks")));
        RootCommand root = new("Measures LstmLab's engine, and compares it with TorchSharp and ONNX Runtime.") { CompareCommand.Create(), ScaleCommand.Create(), RecomputeCommand.Create(), engine };
        ParseResult parsed = root.Parse(args);
        int exitCode = parsed.Invoke();
        return parsed.Errors.Count > 0 ? CompareCommand.Misused : exitCode;
    }
}
