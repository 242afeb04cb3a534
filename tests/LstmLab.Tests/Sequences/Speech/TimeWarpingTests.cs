using LstmLab.Sequences;
using Xunit;

namespace LstmLab.Tests.Sequences.Speech;

/// <summary>The twin of dynamic time warping tries every path.</summary>
public class TimeWarpingTests
{
    private static float[][] Draw(RandomStream random, int frames) =>
        [.. Enumerable.Range(0, frames).Select(_ => new[] { (float)random.NextNormal(), (float)random.NextNormal() })];

    private static double Least(float[][] a, float[][] b, int i, int j)
    {
        double d = Math.Sqrt(a[i].Zip(b[j]).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)));
        List<double> ways = [];
        if (i == 0 && j == 0) ways.Add(2 * d);
        if (i > 0) ways.Add(Least(a, b, i - 1, j) + d);
        if (j > 0) ways.Add(Least(a, b, i, j - 1) + d);
        if (i > 0 && j > 0) ways.Add(Least(a, b, i - 1, j - 1) + 2 * d);
        return ways.Min();
    }

    [Fact]
    public void It_is_the_least_over_all_paths()
    {
        RandomStream random = new(1, "warping");
        for (int trial = 0; trial < 20; trial++)
        {
            float[][] a = Draw(random, 1 + random.NextInt(6)), b = Draw(random, 1 + random.NextInt(6));
            double expected = Least(a, b, a.Length - 1, b.Length - 1) / (a.Length + b.Length);
            Assert.Equal(expected, TimeWarping.Distance(a, b), 1e-6);
            Assert.Equal(expected, TimeWarping.Distance(a, b, limit: expected + 1e-3), 1e-6);
            double limited = TimeWarping.Distance(a, b, limit: expected * .9);
            Assert.True(limited >= expected - 1e-9);
        }
    }

    [Fact]
    public void A_stretched_utterance_is_near_and_the_search_ends_early()
    {
        float[][] a = Draw(new RandomStream(2, "warping"), 9);
        Assert.Equal(0, TimeWarping.Distance(a, [.. a.SelectMany(frame => new[] { frame, frame })]));
        Assert.Equal(double.PositiveInfinity, TimeWarping.Distance(a, Draw(new RandomStream(3, "warping"), 9), limit: 1e-3));
    }

    [Fact]
    public void Frames_that_do_not_fit_are_named()
    {
        Assert.Contains(
            "0 and 1", Assert.Throws<ArgumentException>(() => TimeWarping.Distance([], [[1]])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "2 and 1", Assert.Throws<ArgumentException>(() => TimeWarping.Distance([[1, 2]], [[1]])).Message, StringComparison.Ordinal);
    }
}
