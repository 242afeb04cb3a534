using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Text;
using LstmLab.Tests.Golden;
using LstmLab.Tests.House;
using Xunit;

[assembly: AssemblyFixture(typeof(GoldenErrors))]

namespace LstmLab.Tests.Golden;

/// <summary>Compares with golden numbers, remembers the largest error of each set, and writes artifacts/golden-errors.md when the run ends.</summary>
/// <remarks>
/// Values: |found − golden|. Gradients: |found − golden| / max(|golden|, s · largest |golden| of the tensor), s = 1e-6 for double and
/// 1 for float, whose sums round at 6e-8 of the largest term. A tensor that is 0 throughout must be found exactly 0, or the error is infinite.
/// </remarks>
public sealed class GoldenErrors : IDisposable
{
    private static readonly ConcurrentDictionary<(string Set, string What, string Type), double> Largest = new();

    internal static void Values<T>(string set, string name, IEnumerable<double> golden, IEnumerable<T> found, double limit) where T : struct, INumberBase<T> =>
        Compare(set, "values", name, [.. golden], [.. found.Select(double.CreateChecked)], (_, difference) => difference, limit, typeof(T));

    internal static void Gradients<T>(string set, string name, IEnumerable<double> golden, IEnumerable<T> found, double limit) where T : struct, INumberBase<T>
    {
        double[] expected = [.. golden];
        double floor = (typeof(T) == typeof(float) ? 1 : 1e-6) * expected.Select(Math.Abs).DefaultIfEmpty().Max();
        Compare(set, "gradients", name, expected, [.. found.Select(double.CreateChecked)], (value, difference) => difference / Math.Max(Math.Abs(value), floor), limit, typeof(T));
    }

    /// <summary>Writes the table of the sets that were compared in this run.</summary>
    public void Dispose()
    {
        if (Largest.IsEmpty) return;
        StringBuilder table = new("| golden set | what | number type | largest error |\n|---|---|---|---|\n");
        foreach (((string set, string what, string type), double error) in Largest.OrderBy(entry => entry.Key))
            table.Append(CultureInfo.InvariantCulture, $"| {set} | {what} | {type} | {error:0.0e+00} |\n");
        Directory.CreateDirectory(Repository.PathOf("artifacts"));
        File.WriteAllText(Repository.PathOf("artifacts", "golden-errors.md"), table.ToString());
    }

    private static void Compare(
        string set, string what, string name, double[] golden, double[] found, Func<double, double, double> measure, double limit, Type type)
    {
        Assert.Equal(golden.Length, found.Length);
        for (int n = 0; n < golden.Length; n++)
        {
            double error = golden[n] == found[n] ? 0 : measure(golden[n], Math.Abs(golden[n] - found[n]));
            Assert.True(error <= limit, $"{set}, {name}[{n}]: found {found[n]:R}, golden {golden[n]:R}, error {error:0.0e+00} above {limit:0.0e+00}.");
            Largest.AddOrUpdate((set, what, type.Name), error, (_, largest) => Math.Max(largest, error));
        }
    }
}
