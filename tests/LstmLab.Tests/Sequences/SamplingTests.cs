using LstmLab.Sequences;
using Xunit;

namespace LstmLab.Tests.Sequences;

public class SamplingTests
{
    private static readonly double[] Probabilities = [0.05, 0.4, 0.1, 0.25, 0.15, 0.05];

    private static double[] Logs => [.. Probabilities.Select(p => Math.Log(p))];

    [Theory]
    [InlineData(1.0, null)]
    [InlineData(0.5, null)]
    [InlineData(2.0, null)]
    [InlineData(1.0, 3)]
    [InlineData(0.7, 4)]
    public void Symbols_are_drawn_as_often_as_their_probabilities_say(double temperature, int? top)
    {
        const int draws = 20_000;
        int[] counts = new int[Probabilities.Length];
        RandomStream random = new(3, "sampling");
        for (int n = 0; n < draws; n++) counts[Sampling.Draw(Logs, random, temperature, top)]++;

        // The smallest of the most probable ones; of equals the first.
        double[] weights = [.. Probabilities.Select(p => Math.Pow(p, 1 / temperature))];
        int[] allowed = [.. Enumerable.Range(0, weights.Length).OrderByDescending(k => Probabilities[k]).ThenBy(k => k).Take(top ?? weights.Length)];
        double sum = allowed.Sum(k => weights[k]), chiSquare = 0;
        for (int k = 0; k < counts.Length; k++)
        {
            if (!allowed.Contains(k))
            {
                Assert.Equal(0, counts[k]);
                continue;
            }

            double expected = draws * weights[k] / sum;
            chiSquare += (counts[k] - expected) * (counts[k] - expected) / expected;
        }

        // 20.5 is the 99.9 % point of χ² with five degrees of freedom, more than with fewer.
        Assert.InRange(chiSquare, 1e-6, 20.5);
    }

    [Fact]
    public void A_small_temperature_and_a_top_of_one_are_greedy()
    {
        RandomStream random = new(1, "greedy");
        for (int n = 0; n < 50; n++)
        {
            Assert.Equal(1, Sampling.Draw(Logs, random, temperature: 0));
            Assert.Equal(1, Sampling.Draw(Logs, random, temperature: 1e-3));
            Assert.Equal(1, Sampling.Draw(Logs, random, top: 1));
        }

        Assert.Equal(0, Sampling.Draw([-1, -1], random, temperature: 0));
    }

    [Fact]
    public void A_constant_changes_nothing_and_an_impossible_symbol_is_never_drawn()
    {
        double[] shifted = [.. Logs.Select(log => log + 700), double.NegativeInfinity];
        RandomStream one = new(5, "shift"), two = new(5, "shift");
        for (int n = 0; n < 1000; n++) Assert.Equal(Sampling.Draw(Logs, one, 3), Sampling.Draw(shifted, two, 3));
    }

    [Fact]
    public void What_is_written_follows_the_model_and_the_beginning()
    {
        // After symbol k always comes k + 1, so any temperature writes the same.
        Cycle model = new();
        int[][] written = Sampling.Write(model, 2, [4, 0, 1], 6, new RandomStream(1, "write"), temperature: 5);
        Assert.Equal(2, written.Length);
        Assert.All(written, row => Assert.Equal([2, 3, 4, 0, 1, 2], row));
        Assert.Equal(8, model.Steps);
    }

    [Fact]
    public void Greedy_search_and_sampling_at_temperature_zero_write_the_same()
    {
        NGramModel model = new([0, 1, 2, 0, 1, 3, 2, 0, 1, 2, 0], order: 3, symbolCount: 4);
        int[] sampled = Sampling.Write(model, NGramModel.States(), [0], 5, new RandomStream(0, "none"), temperature: 0)[0];
        int last = 0;
        IReadOnlyList<int>[] states = NGramModel.States();
        foreach (int symbol in sampled)
        {
            (double[,] logs, states) = model.Step(states, [last]);
            last = Enumerable.Range(0, 4).MaxBy(k => logs[0, k]);
            Assert.Equal(last, symbol);
        }
    }

    [Fact]
    public void Wrong_settings_are_named()
    {
        RandomStream random = new(0, "none");
        Assert.Throws<ArgumentOutOfRangeException>(() => Sampling.Draw(Logs, random, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sampling.Draw(Logs, random, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sampling.Draw(Logs, random, top: 0));
        Assert.Contains("symbol 1 is NaN", Assert.Throws<ArgumentException>(() => Sampling.Draw([0, double.NaN], random)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Sampling.Draw([], random));
        Assert.Throws<ArgumentException>(() => Sampling.Draw([double.NegativeInfinity], random));
        Assert.Throws<ArgumentException>(() => Sampling.Write(new Cycle(), 1, [], 3, random));
    }

    /// <summary>Writes 0 1 2 3 4 0 1 …; its state is the number of sequences.</summary>
    private sealed class Cycle : IStepModel<int>
    {
        public int Steps { get; private set; }

        public int Count(int states) => states;

        public (double[,] LogProbabilities, int Next) Step(int states, IReadOnlyList<int> last)
        {
            Steps++;
            double[,] logs = new double[states, 5];
            for (int b = 0; b < states; b++)
                for (int k = 0; k < 5; k++) logs[b, k] = k == (last[b] + 1) % 5 ? 0 : double.NegativeInfinity;
            return (logs, states);
        }

        public int Select(int states, IReadOnlyList<int> sequences) => sequences.Count;
    }
}
