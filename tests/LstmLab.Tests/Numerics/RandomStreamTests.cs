using System.Numerics;
using CsCheck;
using Xunit;

namespace LstmLab.Tests.Numerics;

public class RandomStreamTests
{
    private const int Draws = 200_000;

    [Theory]
    [InlineData(new uint[] { 0, 0, 0, 0 }, new uint[] { 0, 0 }, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [InlineData(new[] { ~0u, ~0u, ~0u, ~0u }, new[] { ~0u, ~0u }, new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [InlineData(new uint[] { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, new uint[] { 0xa4093822, 0x299f31d0 }, new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void Philox_gives_the_published_known_answers(uint[] counter, uint[] key, uint[] expected)
    {
        Vector<ulong> word0 = new(counter[0]), word1 = new(counter[1]), word2 = new(counter[2]), word3 = new(counter[3]);
        RandomStream.Philox(ref word0, ref word1, ref word2, ref word3, key[0], key[1]);
        for (int lane = 0; lane < Vector<ulong>.Count; lane++) Assert.Equal(expected, new[] { (uint)word0[lane], (uint)word1[lane], (uint)word2[lane], (uint)word3[lane] });
    }

    [Fact]
    public void A_stream_is_fixed_by_seed_purpose_and_index()
    {
        Assert.Equal(First(7, "shuffle", 3), First(7, "shuffle", 3));
        uint[][] others = [First(7, "shuffle", 3), First(8, "shuffle", 3), First(7, "dropout", 3), First(7, "shuffle", 4), First(7UL << 32, "shuffle", 3)];
        Assert.Equal(others.Length * 8, others.SelectMany(stream => stream).Distinct().Count());
    }

    [Fact]
    public void Streams_do_not_depend_on_the_order_they_are_drawn_in()
    {
        RandomStream one = new(1, "a"), other = new(1, "b");
        uint[] mixed = [.. Enumerable.Range(0, 8).SelectMany(_ => new[] { one.NextUInt32(), other.NextUInt32() })];
        Assert.Equal(First(1, "a", 0), mixed.Where((_, n) => n % 2 == 0));
        Assert.Equal(First(1, "b", 0), mixed.Where((_, n) => n % 2 == 1));
    }

    [Fact]
    public void Neighboring_streams_are_uncorrelated()
    {
        RandomStream one = new(5, "weights", 0), other = new(5, "weights", 1);
        double correlation = Enumerable.Range(0, Draws).Average(_ => one.NextNormal() * other.NextNormal());
        Assert.InRange(correlation, -0.015, 0.015);
    }

    [Fact]
    public void Uniform_numbers_have_the_moments_of_their_interval()
    {
        RandomStream random = new(1, "uniform");
        double[] values = [.. Enumerable.Range(0, Draws).Select(_ => random.NextUniform(-1, 3))];
        Assert.All(values, value => Assert.InRange(value, -1, 3));
        Assert.InRange(values.Average(), 0.98, 1.02);
        Assert.InRange(values.Average(value => (value - 1) * (value - 1)), 1.31, 1.36);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        RandomStream random = new(2, "normal");
        double[] values = [.. Enumerable.Range(0, Draws).Select(_ => random.NextNormal())];
        Assert.InRange(values.Average(), -0.015, 0.015);
        Assert.InRange(values.Average(value => value * value), 0.98, 1.02);
        Assert.InRange(values.Average(value => value * value * value), -0.04, 0.04);
        Assert.InRange(values.Average(value => Math.Pow(value, 4)), 2.9, 3.1);
        Assert.InRange(values.Count(value => Math.Abs(value) > 1.96) / (double)Draws, 0.047, 0.053);
    }

    [Fact]
    public void Whole_numbers_below_a_bound_come_up_equally_often()
    {
        RandomStream random = new(3, "int");
        int[] counts = new int[7];
        for (int n = 0; n < Draws; n++) counts[random.NextInt(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 27_900, 29_250));
    }

    // 3·2²⁹ numbers share 2³² words: without rejection two of three neighbors would get three words each and the third two.
    [Fact]
    public void A_bound_that_does_not_divide_the_words_is_not_biased()
    {
        RandomStream random = new(4, "int");
        int[] counts = new int[3];
        for (int n = 0; n < Draws; n++) counts[random.NextInt(3 << 29) % 3]++;
        Assert.All(counts, count => Assert.InRange(count / (double)Draws, 0.327, 0.340));
    }

    [Fact]
    public void Whole_numbers_stay_below_their_bound() => Gen.Select(Gen.ULong, Gen.Int[1, int.MaxValue]).Sample((seed, bound) =>
    {
        int value = new RandomStream(seed, "bound").NextInt(bound);
        return value >= 0 && value < bound;
    });

    [Fact]
    public void A_bound_below_one_is_an_error() => Assert.Throws<ArgumentOutOfRangeException>("bound", () => new RandomStream(0, "int").NextInt(0));

    [Fact]
    public void A_shuffle_is_a_permutation() => Gen.Select(Gen.ULong, Gen.Int[0, 100]).Sample((seed, length) =>
    {
        int[] items = [.. Enumerable.Range(0, length)];
        new RandomStream(seed, "shuffle").Shuffle(items);
        return items.Order().SequenceEqual(Enumerable.Range(0, length));
    });

    [Fact]
    public void Every_permutation_of_three_comes_up_equally_often()
    {
        RandomStream random = new(6, "shuffle");
        Dictionary<string, int> counts = [];
        for (int n = 0; n < 60_000; n++)
        {
            int[] items = [0, 1, 2];
            random.Shuffle(items);
            string key = string.Concat(items);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 9_600, 10_400));
    }

    private static uint[] First(ulong seed, string purpose, int index)
    {
        RandomStream stream = new(seed, purpose, index);
        return [.. Enumerable.Range(0, 8).Select(_ => stream.NextUInt32())];
    }
}
