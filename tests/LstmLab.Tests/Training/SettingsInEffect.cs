using System.Numerics;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LstmLab.Tests.Training;

/// <summary>The settings of this process that may change how the engine computes, as they came into effect: a variable that the runtime ignores shows here.</summary>
internal static class SettingsInEffect
{
    /// <summary>Vector widths, number of processors, and whether code that ran often is compiled again.</summary>
    public static string Line()
    {
        // Once for the code of the measurement itself.
        Compilations<int>();
        return $"Vector512 {Vector512.IsHardwareAccelerated}, Vector256 {Vector256.IsHardwareAccelerated}, Vector128 {Vector128.IsHardwareAccelerated}, "
            + $"{Environment.ProcessorCount} processors, Compiled again {Compilations<double>() > 1}";
    }

    // How many methods are compiled while one that was never called is called often: that one, once or, with tiers, again.
    private static long Compilations<T>() where T : INumberBase<T>
    {
        long before = JitInfo.GetCompiledMethodCount();
        T sum = T.Zero;
        for (int n = 0; n < 1000; n++) sum = Next(sum);
        Thread.Sleep(1000);
        return JitInfo.GetCompiledMethodCount() - before;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Next<T>(T value) where T : INumberBase<T> => value + T.One;
}
