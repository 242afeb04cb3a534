using System.Globalization;
using LstmLab.Formats;
using LstmLab.Tests.Formats;
using LstmLab.Tests.House;
using LstmLab.Tests.Numerics;
using LstmLab.Tests.Sequences;
using LstmLab.Tests.Sweeps;
using LstmLab.Tests.Training;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace LstmLab.Tests;

internal static class EntryPoint
{
    /// <summary>
    /// Commands that tests start in processes of their own, or that a reader may start; anything else runs the tests.
    /// <c>train FOLDER</c> runs a training that keeps checkpoints. <c>kill N [SEED]</c> kills and resumes it N times.
    /// <c>fuzz N [EXTENSION…]</c> opens N mutated files of each format. <c>notebook-model</c> writes the files of notebook 10.
    /// <c>language-model MINUTES [SEED]</c> trains a model of notebook 14 and writes its result.
    /// <c>fingerprint</c> prints the bits of a short training and the settings it ran under. <c>allocations</c> prints what epochs of 2
    /// and of 64 steps allocate. <c>accuracy</c> prints the errors of σ, tanh, exp and ln. <c>public-api</c> writes the files
    /// PublicAPI.txt of the libraries. <c>graphs FILE…</c> opens ONNX files and compares them with ONNX Runtime.
    /// <c>voice-detector FILE…</c> checks files of Silero's voice detector. <c>site-sources FOLDER</c> gathers what the documentation site
    /// is made of, and <c>site-links FOLDER</c> names the links of a site that lead nowhere; docs/build.sh calls both. <c>trials</c> answers
    /// the trials of a sweep.
    /// </summary>
    private static async Task<int> Main(string[] args)
    {
        if (args is ["fingerprint"])
        {
            Console.WriteLine($"{RunningMean.Fingerprint<float>()} {RunningMean.Fingerprint<double>()}");
            Console.WriteLine(SettingsInEffect.Line());
            return 0;
        }

        if (args is ["accuracy"])
        {
            foreach (AccuracyRow row in AccuracyTable.Measure()) Console.WriteLine(row);
            return 0;
        }

        if (args is ["public-api"])
        {
            PublicApi.Write();
            return 0;
        }

        if (args is ["graphs", .. var graphs])
        {
            foreach (string graph in graphs) Console.WriteLine(GraphReport.Line(graph));
            return 0;
        }

        if (args is ["voice-detector", .. var detectors]) return detectors.All(VoiceDetector.Check) ? 0 : 1;

        if (args is ["site-sources", var sources])
        {
            SiteSources.Write(sources);
            return 0;
        }

        if (args is ["site-links", var site])
        {
            string[] broken = [.. SiteLinks.Broken(site)];
            foreach (string link in broken) Console.WriteLine(link);
            Console.WriteLine($"{broken.Length} broken links in {site}");
            return broken.Length == 0 ? 0 : 1;
        }

        if (args is ["allocations"])
        {
            Console.WriteLine($"{Allocations.OfAnEpoch(2)} {Allocations.OfAnEpoch(64)}");
            return 0;
        }

        if (args is ["train", var folder])
        {
            Console.WriteLine("started");
            Console.WriteLine(KeptTraining.Run(new Checkpoints(folder, every: TimeSpan.Zero), progress: new KeptTraining.Lines()));
            return 0;
        }

        if (args is ["trials"]) return ToyTrials.Run();

        if (args is ["kill", var kills, .. var seed])
        {
            ulong chosen = seed is [var given] ? ulong.Parse(given, CultureInfo.InvariantCulture) : KeptTraining.NewSeed();
            Console.WriteLine(await KeptTraining.Kill(int.Parse(kills, CultureInfo.InvariantCulture), chosen, CancellationToken.None));
            return 0;
        }

        if (args is ["notebook-model"])
        {
            NotebookModel.Write();
            return 0;
        }

        if (args is ["language-model", var minutes, .. var seeds])
        {
            LanguageModelRun.Run(minutes, seeds is [var only] ? ulong.Parse(only, CultureInfo.InvariantCulture) : 1);
            return 0;
        }

        if (args is ["fuzz", var inputs, .. var extensions])
        {
            foreach (Target target in FuzzTests.Targets.Where(target => extensions.Length == 0 || extensions.Contains(target.Extension)))
                Console.WriteLine(Fuzzing.Run(target, int.Parse(inputs, CultureInfo.InvariantCulture), seed: 2));
            return 0;
        }

        return args.Contains("--server")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
