using LstmLab.Tests.Training;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace LstmLab.Tests;

internal static class EntryPoint
{
    /// <summary><c>fingerprint</c> prints the bits of a short training, <c>allocations</c> what epochs of 2 and of 64 steps allocate: tests start them under other settings; all else runs tests.</summary>
    private static async Task<int> Main(string[] args)
    {
        if (args is ["fingerprint"])
        {
            Console.WriteLine($"{RunningMean.Fingerprint<float>()} {RunningMean.Fingerprint<double>()}");
            return 0;
        }

        if (args is ["allocations"])
        {
            Console.WriteLine($"{Allocations.OfAnEpoch(2)} {Allocations.OfAnEpoch(64)}");
            return 0;
        }

        return args.Contains("--server")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
