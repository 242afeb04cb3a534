using LstmLab.Tests;
using LstmLab.Tests.Training;

// `fingerprint` prints the bits of a short training: tests start it under other settings of the processor.
if (args is ["fingerprint"])
{
    Console.WriteLine($"{RunningMean.Fingerprint<float>()} {RunningMean.Fingerprint<double>()}");
    return 0;
}

return args.Contains("--server")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
