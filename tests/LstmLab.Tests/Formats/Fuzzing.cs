using System.Diagnostics;
using LstmLab.Formats;

namespace LstmLab.Tests.Formats;

/// <summary>A format under attack.</summary>
/// <param name="Extension">Of its files, with the dot.</param>
/// <param name="Seeds">Sound files that are mutated.</param>
/// <param name="Tokens">Pieces the format is made of, put in at random places.</param>
/// <param name="Repair">Makes checksums and lengths of a mutated file agree again, so that the mutation gets past them; it also gets the sound file.</param>
/// <param name="Open">Opens a file as a user would.</param>
internal sealed record Target(string Extension, byte[][] Seeds, byte[][] Tokens, Func<byte[], byte[], byte[]> Repair, Action<string> Open);

/// <summary>Opens mutated files: each must open or be refused with a <see cref="ModelFileException"/>, in memory bounded by its length. Every input
/// follows from the seed and its number alone.</summary>
internal static class Fuzzing
{
    private static readonly string[] Numbers = ["-1", "0", "1", "7", "1.5", "1e400", "2147483647", "2147483648", "4294967295", "9223372036854775807", "18446744073709551615", "99999999999999999999999"];

    public static FuzzReport Run(Target target, int count, ulong seed = 1)
    {
        using TemporaryFolder folder = new();
        string path = folder["fuzz" + target.Extension];
        (int opened, long most, double slowest) = (0, 0, 0);
        List<string> findings = [];
        foreach (byte[] sound in target.Seeds)
        {
            File.WriteAllBytes(path, sound);
            target.Open(path);
        }

        for (int n = 0; n < count; n++)
        {
            byte[] input = Mutated(target, new RandomStream(seed, "fuzz " + target.Extension, n));
            File.WriteAllBytes(path, input);
            (long before, long started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            try
            {
                target.Open(path);
                opened++;
            }
            catch (ModelFileException)
            {
            }
            catch (Exception error)
            {
                if (findings.Count < 20) findings.Add($"input {n}: {error.GetType().Name}: {error.Message} {error.StackTrace?.Split('\n')[0].Trim()}");
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return new(target.Extension, count, opened, findings, most, slowest);
    }

    private static byte[] Mutated(Target target, RandomStream random)
    {
        byte[] sound = target.Seeds[random.NextInt(target.Seeds.Length)];
        List<byte> bytes = [.. sound];
        for (int changes = 1 + random.NextInt(4); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = random.NextInt(bytes.Count), length = 1 + random.NextInt(Math.Min(bytes.Count - at, 1 << random.NextInt(8)));
            switch (random.NextInt(9))
            {
                case 0: bytes[at] ^= (byte)(1 << random.NextInt(8)); break;
                case 1: bytes[at] = (byte)random.NextInt(256); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(random.NextInt(bytes.Count), bytes.GetRange(at, length)); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                case 5: Replace(bytes, at, BitConverter.GetBytes(Wild(random)).AsSpan(0, 1 << random.NextInt(4))); break;
                case 6: bytes.InsertRange(at, target.Tokens[random.NextInt(target.Tokens.Length)]); break;
                case 7: ReplaceNumber(bytes, at, random); break;
                default: bytes.InsertRange(at, Enumerable.Repeat(bytes[at], length)); break;
            }
        }

        return random.NextInt(4) == 0 ? [.. bytes] : target.Repair([.. bytes], sound);
    }

    // Around the powers of two, where lengths overflow.
    private static ulong Wild(RandomStream random) => (1UL << random.NextInt(64)) + (ulong)random.NextInt(5) - 2;

    private static void Replace(List<byte> bytes, int at, ReadOnlySpan<byte> by)
    {
        for (int n = 0; n < by.Length && at + n < bytes.Count; n++) bytes[at + n] = by[n];
    }

    // The next decimal number of a text.
    private static void ReplaceNumber(List<byte> bytes, int at, RandomStream random)
    {
        int start = bytes.FindIndex(at, value => char.IsAsciiDigit((char)value));
        if (start < 0) return;
        int end = bytes.FindIndex(start, value => !char.IsAsciiDigit((char)value));
        bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
        bytes.InsertRange(start, System.Text.Encoding.ASCII.GetBytes(Numbers[random.NextInt(Numbers.Length)]));
    }
}

/// <summary>What became of the inputs.</summary>
internal sealed record FuzzReport(string Extension, int Count, int Opened, IReadOnlyList<string> Findings, long MostAllocated, double SlowestMilliseconds)
{
    public override string ToString() =>
        FormattableString.Invariant($"{Extension}: {Count} inputs, {Opened} opened, {Count - Opened - Findings.Count} refused, {Findings.Count} findings; at most {MostAllocated} bytes allocated, {SlowestMilliseconds:F1} ms, for one")
        + string.Concat(Findings.Select(finding => $"\n  {finding}"));
}
