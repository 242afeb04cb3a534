using LstmLab.Tests.Training;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace LstmLab.Tests;

internal static class EntryPoint
{
    /// <summary><c>fingerprint</c> prints the bits of a short training, which tests start under other settings of the processor; all else runs tests.</summary>
    private static async Task<int> Main(string[] args)
    {
        if (args is ["fingerprint"])
        {
            Console.WriteLine($"{RunningMean.Fingerprint<float>()} {RunningMean.Fingerprint<double>()}");
            return 0;
        }

        return args.Contains("--server")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
