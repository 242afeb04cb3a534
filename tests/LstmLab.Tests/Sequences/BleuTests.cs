using CsCheck;
using LstmLab.Sequences;
using Xunit;

namespace LstmLab.Tests.Sequences;

public class BleuTests
{
    private const string Mat1 = "the cat is on the mat", Mat2 = "there is a cat on the mat";

    // The examples of Papineni et al. (2002), with its printed precisions.
    private static readonly string[] Guide =
    [
        "it is a guide to action that ensures that the military will forever heed party commands",
        "it is the guiding principle which guarantees the military forces always being under the command of the party",
        "it is the practical guide for the army always to heed the directions of the party",
    ];

    [Fact]
    public void The_examples_of_the_paper()
    {
        Assert.Equal(2 / 7.0, Of("the the the the the the the", Mat1, Mat2).Precision(1));
        Assert.Equal(0, Of("the the the the the the the", Mat1, Mat2).Precision(2));
        Bleu first = Of("it is a guide to action which ensures that the military always obeys the commands of the party", Guide);
        Assert.Equal((17 / 18.0, 10 / 17.0), (first.Precision(1), first.Precision(2)));
        Bleu second = Of("it is to insure the troops forever hearing the activity guidebook that party direct", Guide);
        Assert.Equal((8 / 14.0, 1 / 13.0), (second.Precision(1), second.Precision(2)));
    }

    [Fact]
    public void A_score_worked_out_by_hand()
    {
        // "the cat sat on the mat" against "the cat is on the mat": 5 of 6 words; "the cat", "on the", "the mat" of 5 pairs; "on the mat"
        // of 4 triples; none of 3 quadruples, which smoothing counts as 1/2.
        Bleu bleu = Of("the cat sat on the mat", Mat1);
        Assert.Equal([5 / 6.0, 3 / 5.0, 1 / 4.0, 0], Enumerable.Range(1, 4).Select(bleu.Precision));
        Assert.Equal(5 / 6.0, bleu.UpTo(1), 1e-15);
        Assert.Equal(Math.Sqrt(5 / 6.0 * 3 / 5.0), bleu.UpTo(2), 1e-15);
        Assert.Equal(Math.Cbrt(5 / 6.0 * 3 / 5.0 / 4), bleu.UpTo(3), 1e-15);
        Assert.Equal(0, bleu.Score);
        Assert.Equal(Math.Sqrt(Math.Sqrt(5 / 6.0 * 3 / 5.0 / 4 * (1 / 2.0 / 3))), bleu.Smoothed(), 1e-15);
    }

    [Fact]
    public void The_second_zero_is_smoothed_to_a_quarter()
    {
        // Of "a b c d" in "a b x y d": 3 words, 1 pair, no triple of 2, no quadruple of 1; one word too short.
        Bleu bleu = Of("a b c d", "a b x y d");
        Assert.Equal(Math.Exp(1 - (5 / 4.0)) * Math.Pow(3 / 4.0 * (1 / 3.0) * (1 / 2.0 / 2) * (1 / 4.0), 0.25), bleu.Smoothed(), 1e-15);
    }

    [Fact]
    public void Counts_are_summed_over_the_corpus_before_they_are_divided()
    {
        Bleu bleu = Bleu.Of([(["a", "b", "c"], ["a", "b", "c"]), (["d", "e"], (IReadOnlyList<string>)["x", "e", "f", "g", "h"])]);
        Assert.Equal((4 / 8.0, 2 / 6.0), (bleu.Precision(1), bleu.Precision(2)));
        Assert.Equal((8, 5, 1.0), (bleu.Length, bleu.ReferenceLength, bleu.BrevityPenalty));
    }

    [Fact]
    public void Of_several_references_the_nearest_in_length_counts_and_of_two_the_shorter()
    {
        Assert.Equal(6, Of("a b c d e f", "a b c", "a b c d e f", "a").ReferenceLength);
        Assert.Equal(3, Of("a b c d", "a b c d e", "a b c").ReferenceLength);
    }

    [Fact]
    public void Identical_translations_score_one_and_empty_ones_zero()
    {
        Bleu same = Bleu.Of(Guide.Select(text => ((IReadOnlyList<string>)text.Split(' '), (IReadOnlyList<string>)text.Split(' '))));
        Assert.Equal((1.0, 1.0), (same.Score, same.Smoothed()));
        Assert.Equal((0.0, 0.0), (Of("", Mat1).Score, Of("", Mat1).Smoothed()));
        Assert.Equal(0, Of("x y z w", Mat1).Smoothed());
    }

    [Fact]
    public void A_symbol_with_a_space_is_not_two()
    {
        Bleu bleu = Bleu.Of([(["New York", "is", "big", "and", "old"], (IReadOnlyList<string>)["New", "York is", "big", "and", "old"])]);
        Assert.Equal((3 / 5.0, 2 / 4.0), (bleu.Precision(1), bleu.Precision(2)));
    }

    [Fact]
    public void Scores_are_those_of_counting_plainly()
    {
        Gen<string[]> sentence = Gen.Char['a', 'c'].Select(symbol => symbol.ToString()).Array[1, 9];
        Gen.Select(sentence, sentence).Array[1, 4].Sample(pairs =>
        {
            Bleu bleu = Bleu.Of(pairs.Select(pair => ((IReadOnlyList<string>)pair.Item1, (IReadOnlyList<string>)pair.Item2)));
            double product = 1;
            for (int order = 1; order <= 4; order++)
            {
                int matches = 0, total = 0;
                foreach ((string[] reference, string[] hypothesis) in pairs)
                {
                    List<string> left = Grams(reference, order);
                    foreach (string gram in Grams(hypothesis, order))
                    {
                        total++;
                        if (left.Remove(gram)) matches++;
                    }
                }

                product *= total == 0 ? 0 : (double)matches / total;
                int c = pairs.Sum(pair => pair.Item2.Length), r = pairs.Sum(pair => pair.Item1.Length);
                Assert.Equal(Math.Min(1, Math.Exp(1 - ((double)r / c))) * Math.Pow(product, 1.0 / order), bleu.UpTo(order), 1e-14);
            }
        });
    }

    [Fact]
    public void Other_orders_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Of("a", "a").UpTo(5));

    private static List<string> Grams(string[] symbols, int order) =>
        [.. Enumerable.Range(0, Math.Max(0, symbols.Length - order + 1)).Select(n => string.Concat(symbols[n..(n + order)]))];

    private static Bleu Of(string hypothesis, params string[] references) => Bleu.Of(
        [((IReadOnlyList<IReadOnlyList<string>>)[.. references.Select(text => text.Split(' '))],
            (IReadOnlyList<string>)hypothesis.Split(' ', StringSplitOptions.RemoveEmptyEntries))]);
}
