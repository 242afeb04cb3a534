using LstmLab.Sequences;
using LstmLab.Tests.House;
using Xunit;

namespace LstmLab.Tests.Sequences.Speech;

/// <summary>The coefficients are those of the formulas, and those that are stored for the same recordings.</summary>
public class MfccTests
{
    private static readonly string Folder = Path.Combine(Repository.PathOf("datasets"), "applications", "speech");

    /// <summary>The formulas in double, sum by sum: no fast transform, no package.</summary>
    private static double[] Naive(float[] samples, int start)
    {
        const int N = 200, F = 256, M = 26, K = 13;
        double[] y = [.. Enumerable.Range(start, N).Select(n => (samples[n] - (n > 0 ? .97 * samples[n - 1] : 0))
            * (.54 - .46 * Math.Cos(2 * Math.PI * (n - start) / (N - 1))))];
        double[] power = [.. Enumerable.Range(0, F / 2 + 1).Select(k =>
        {
            double re = y.Select((v, n) => v * Math.Cos(2 * Math.PI * k * n / F)).Sum();
            double im = y.Select((v, n) => v * Math.Sin(2 * Math.PI * k * n / F)).Sum();
            return (re * re + im * im) / F;
        })];
        double Mel(double f) => 2595 * Math.Log10(1 + f / 700);
        double[] corner = [.. Enumerable.Range(0, M + 2).Select(m =>
            Math.Floor((F + 1) * 700 * (Math.Pow(10, Mel(4000) * m / (M + 1) / 2595) - 1) / 8000))];
        double Triangle(int m, int k) => k < corner[m] || k >= corner[m + 2] ? 0
            : k < corner[m + 1] ? (k - corner[m]) / (corner[m + 1] - corner[m]) : (corner[m + 2] - k) / (corner[m + 2] - corner[m + 1]);
        double[] log = [.. Enumerable.Range(0, M).Select(m => Math.Log(Math.Max(power.Select((p, k) => p * Triangle(m, k)).Sum(), 1e-10)))];
        return [.. Enumerable.Range(0, K).Select(j => Math.Sqrt((j == 0 ? 1.0 : 2) / M)
            * log.Select((e, m) => e * Math.Cos(Math.PI * j * (m + .5) / M)).Sum())];
    }

    private static Sound Noise(int samples)
    {
        RandomStream random = new(3, "noise");
        return new([.. Enumerable.Range(0, samples).Select(n => (float)(.3 * Math.Sin(.4 * n) + .05 * random.NextNormal()))], 8000);
    }

    [Fact]
    public void They_are_those_of_the_formulas()
    {
        Sound sound = Noise(520);
        float[][] frames = new Mfcc().Of(sound);
        Assert.Equal(5, frames.Length);
        for (int t = 0; t < frames.Length; t++)
        {
            double[] expected = Naive(sound.Samples, 80 * t);
            Assert.All(expected.Zip(frames[t]), pair => Assert.Equal(pair.First, pair.Second, 2e-3));
        }
    }

    [Fact]
    public void Silence_has_the_floor() =>
        Assert.Equal(Math.Sqrt(26) * Math.Log(1e-10), new Mfcc().Of(new(new float[200], 8000))[0][0], 1e-3);

    [Fact]
    public void Frames_may_begin_at_any_sample()
    {
        Sound sound = Noise(700);
        float[][] all = new Mfcc().Of(sound), later = new Mfcc().Of(sound, start: 160);
        Assert.Equal(all.Length - 2, later.Length);
        Assert.Equal(all[3], later[1]);
    }

    /// <summary>The stored utterances were cut out of the recordings at the samples below, which were found by trying each.</summary>
    [Fact]
    public void They_are_those_stored_for_the_same_recordings()
    {
        int[] start = [671, 1128, 611, 1197, 1715, 1005, 2307, 756, 890, 362];
        SpokenDigits digits = SpokenDigits.Read(Folder);
        double[] differences = [.. Enumerable.Range(0, 10).SelectMany(d =>
        {
            Utterance stored = digits.Utterances.Single(u => u.Source == "asterisk" && u.Digit == d);
            float[][] frames = digits.Mfcc.Of(Sound.Read(Path.Combine(Folder, $"human_asterisk_{d}.wav")), start[d]);
            return stored.Frames.Select((frame, t) =>
                Math.Sqrt(frame.Select((c, k) => Math.Pow((c - frames[t][k]) / digits.Scale[k], 2)).Average()));
        }).Order()];

        // Rounding to steps alone gives a root mean square of 1/√12 = .289 steps. Where a filter is almost silent, the stored frames have
        // the logarithm of the sum of energy and floor, ours that of the larger one.
        Assert.InRange(differences[differences.Length / 2], .27, .31);
        Assert.InRange(differences[(int)(.94 * differences.Length)], .27, .5);
        Assert.InRange(differences[^1], .27, 3);
    }

    [Fact]
    public void The_spectrum_leads_to_the_coefficients_again()
    {
        Mfcc mfcc = new();
        float[][] frames = mfcc.Of(Noise(360));
        float[][] spectrum = mfcc.Spectrum(frames);
        Assert.Equal(26, spectrum[0].Length);
        for (int j = 0; j < 13; j++)
        {
            double c = Math.Sqrt((j == 0 ? 1.0 : 2) / 26) * spectrum[1].Select((e, m) => e * Math.Cos(Math.PI * j * (m + .5) / 26)).Sum();
            Assert.Equal(frames[1][j], c, 1e-3);
        }
    }

    [Fact]
    public void Warping_moves_resonances_and_back()
    {
        Mfcc mfcc = new(coefficients: 26);
        float[][] frames = mfcc.Of(Noise(360));
        Assert.All(
            frames.SelectMany((frame, t) => frame.Zip(mfcc.Warp(frames, 1)[t])), pair => Assert.Equal(pair.First, pair.Second, 1e-3));

        // A peak at filter 9, the tenth, moves to filter 11 when its place grows by 12/10.
        double[] Log(float[] c) => [.. Enumerable.Range(0, 26).Select(m => c.Select((v, j) =>
            Math.Sqrt((j == 0 ? 1.0 : 2) / 26) * v * Math.Cos(Math.PI * j * (m + .5) / 26)).Sum())];
        float[] peak = [.. Enumerable.Range(0, 26).Select(j => (float)(Math.Sqrt((j == 0 ? 1.0 : 2) / 26) * Math.Cos(Math.PI * j * 9.5 / 26)))];
        double[] moved = Log(mfcc.Warp([peak], 1.2)[0]);
        Assert.Equal(11, Array.IndexOf(moved, moved.Max()));
        Assert.Equal(1, moved[11], 1e-5);
    }

    [Fact]
    public void Settings_that_do_not_fit_are_named()
    {
        Assert.Contains("power of 2", Assert.Throws<ArgumentException>(() => new Mfcc(transform: 250)).Message, StringComparison.Ordinal);
        Assert.Contains("filters is 10", Assert.Throws<ArgumentException>(() => new Mfcc(filters: 10)).Message, StringComparison.Ordinal);
        Assert.Contains("has no bin", Assert.Throws<ArgumentException>(() => new Mfcc(filters: 200)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "expected 8000", Assert.Throws<ArgumentException>(() => new Mfcc().Of(new(new float[999], 16000))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "has 199", Assert.Throws<ArgumentException>(() => new Mfcc().Of(new(new float[199], 8000))).Message, StringComparison.Ordinal);
    }
}
