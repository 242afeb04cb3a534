using LstmLab.Sequences;
using Xunit;

namespace LstmLab.Tests.Sequences;

public class NGramModelTests
{
    private const int Symbols = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Probabilities_sum_to_one_after_seen_and_unseen_contexts(int order)
    {
        NGramModel model = new(Text(200), order, Symbols);
        foreach (int[] context in new int[][] { [], [0], [4, 4], [1, 2, 3], [4, 4, 4, 4, 4] })
        {
            double[] distribution = model.Distribution(context);
            Assert.All(distribution, p => Assert.InRange(p, double.Epsilon, 1));
            Assert.Equal(1, distribution.Sum(), 1e-12);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void They_are_those_of_the_definition(int order)
    {
        int[] train = Text(60), test = Text(40, seed: 2);
        NGramModel model = new(train, order, Symbols);
        double[] found = model.LogProbabilities(test);
        Assert.Equal(found, new NGramModel(train, order + 2, Symbols).Shorter(order).LogProbabilities(test));
        for (int t = 1; t < test.Length; t++)
        {
            int[] context = test[Math.Max(0, t - (order - 1))..t];
            double expected = Defined(train, context, test[t]);
            Assert.Equal(Math.Log(expected), found[t - 1], 1e-12);
            Assert.Equal(expected, model.Distribution(test[..t])[test[t]], 1e-12);
        }
    }

    [Fact]
    public void Step_by_step_it_gives_the_same_probabilities()
    {
        NGramModel model = new(Text(80), order: 3, Symbols);
        int[] test = Text(30, seed: 4);
        double[] found = model.LogProbabilities(test);
        IReadOnlyList<int>[] states = NGramModel.States(2);
        for (int t = 0; t + 1 < test.Length; t++)
        {
            (double[,] logs, states) = model.Step(states, [0, test[t]]);
            Assert.Equal(found[t], logs[1, test[t + 1]], 1e-12);
            Assert.Equal(2, model.Count(states));
        }

        Assert.Same(states[1], model.Select(states, [1, 1])[0]);
    }

    [Fact]
    public void An_untrained_model_holds_all_symbols_for_equally_probable() =>
        Assert.Equal(2, BitsPerSymbol.Of(new NGramModel([], 3, 4).LogProbabilities([0, 1, 2, 3, 0])), 1e-12);

    [Fact]
    public void A_symbol_beyond_the_vocabulary_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NGramModel([0, 5], 2, Symbols));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NGramModel([0, 1], 2, Symbols).LogProbabilities([0, -1]));
        Assert.Throws<ArgumentException>(() => new NGramModel([0, 1], 2, Symbols).LogProbabilities([0]));
        Assert.Throws<ArgumentException>(() => BitsPerSymbol.Of([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NGramModel([0, 1], 2, Symbols).Shorter(3));
    }

    // Witten and Bell's formula by recursion, every count taken from the text anew.
    private static double Defined(int[] train, int[] context, int symbol)
    {
        int[] following =
        [
            .. from t in Enumerable.Range(context.Length, train.Length - context.Length)
               where train.AsSpan(t - context.Length, context.Length).SequenceEqual(context)
               select train[t],
        ];
        double shorter = context.Length == 0 ? 1.0 / Symbols : Defined(train, context[1..], symbol);
        int different = following.Distinct().Count();
        if (following.Length == 0) return shorter;
        return (following.Count(k => k == symbol) + (different * shorter)) / (following.Length + different);
    }

    // Symbols 0 … 3, of which each is likely to follow the one before it; 4 is never seen.
    private static int[] Text(int length, ulong seed = 1)
    {
        RandomStream random = new(seed, "text");
        int[] text = new int[length];
        for (int t = 1; t < length; t++) text[t] = random.NextDouble() < 0.6 ? (text[t - 1] + 1) % 4 : random.NextInt(4);
        return text;
    }
}
