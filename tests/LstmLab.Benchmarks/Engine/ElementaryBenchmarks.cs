using BenchmarkDotNet.Attributes;

namespace LstmLab.Benchmarks.Engine;

/// <summary>The functions of the gates on <see cref="Count"/> numbers from −8 to 8.</summary>
[InProcess]
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class ElementaryBenchmarks<T> where T : struct, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    private const int Count = 4096;

    private readonly T[] _x = [.. Enumerable.Range(0, Count).Select(n => T.CreateChecked((16.0 * n / Count) - 8))];
    private readonly T[] _y = new T[Count];

    [Benchmark(OperationsPerInvoke = Count)]
    public void Sigmoid()
    {
        for (int n = 0; n < Count; n++) _y[n] = DeterministicMath.Sigmoid(_x[n]);
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public void Tanh()
    {
        for (int n = 0; n < Count; n++) _y[n] = DeterministicMath.Tanh(_x[n]);
    }
}
