using CsCheck;
using LstmLab.Sequences;
using Xunit;

namespace LstmLab.Tests.Sequences;

public class SpanScoreTests
{
    private static readonly string[] AllTags = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];
    private static readonly Gen<string[]> Tags = Gen.Int[0, AllTags.Length - 1].Select(n => AllTags[n]).Array[8];

    [Theory]
    [InlineData("B-PER I-PER O B-LOC", "PER 0 2, LOC 3 4")]
    [InlineData("B-PER B-PER I-PER", "PER 0 1, PER 1 3")]
    [InlineData("I-PER I-PER O I-LOC", "PER 0 2, LOC 3 4")]
    [InlineData("B-PER I-LOC I-LOC", "PER 0 1, LOC 1 3")]
    [InlineData("O O", "")]
    public void Spans_are_read_as_conlleval_reads_them(string tags, string spans) =>
        Assert.Equal(spans, string.Join(", ", TagSpan.Of(tags.Split(' ')).Select(span => $"{span.Type} {span.Start} {span.End}")));

    [Fact]
    public void A_span_is_right_only_with_its_type_and_both_ends()
    {
        (SpanScore all, IReadOnlyDictionary<string, SpanScore> byType) = SpanScore.Of(
        [
            ("B-PER I-PER O B-LOC".Split(' '), "B-PER O O B-LOC".Split(' ')),
            ("B-PER O B-ORG I-ORG".Split(' '), (IReadOnlyList<string>)"B-PER O B-PER I-PER".Split(' ')),
        ]);
        Assert.Equal(new SpanScore(2, 4, 4), all);
        Assert.Equal((0.5, 0.5, 0.5), (all.Precision, all.Recall, all.F1));
        Assert.Equal(["LOC", "ORG", "PER"], byType.Keys);
        Assert.Equal(new SpanScore(1, 3, 2), byType["PER"]);
        Assert.Equal(0.4, byType["PER"].F1, 1e-15);
        Assert.Equal((0.0, 0.0, 0.0), (byType["ORG"].Precision, byType["ORG"].Recall, byType["ORG"].F1));
    }

    [Fact]
    public void Counts_are_those_of_testing_every_stretch() => Gen.Select(Tags, Tags).Array[1, 3].Sample(pairs =>
    {
        int right = 0, predicted = 0, there = 0;
        foreach ((string[] tags, string[] found) in pairs)
        {
            foreach (string type in new[] { "PER", "LOC" })
            {
                for (int start = 0; start < tags.Length; start++)
                {
                    for (int end = start + 1; end <= tags.Length; end++)
                    {
                        bool isTrue = IsSpan(tags, type, start, end), isFound = IsSpan(found, type, start, end);
                        right += isTrue && isFound ? 1 : 0;
                        predicted += isFound ? 1 : 0;
                        there += isTrue ? 1 : 0;
                    }
                }
            }
        }

        (SpanScore all, _) = SpanScore.Of(pairs.Select(pair => ((IReadOnlyList<string>)pair.Item1, (IReadOnlyList<string>)pair.Item2)));
        Assert.Equal(new SpanScore(right, predicted, there), all);
        double p = all.Precision, r = all.Recall;
        Assert.Equal(p + r == 0 ? 0 : 2 * p * r / (p + r), all.F1, 1e-15);
    });

    [Fact]
    public void Different_numbers_of_tags_are_refused() =>
        Assert.Throws<ArgumentException>(() => SpanScore.Of([(["O"], (IReadOnlyList<string>)["O", "O"])]));

    private static bool IsSpan(string[] tags, string type, int start, int end)
    {
        bool begins = tags[start] == "B-" + type || (tags[start] == "I-" + type && (start == 0 || !tags[start - 1].EndsWith(type)));
        bool goesOn = tags[(start + 1)..end].All(tag => tag == "I-" + type);
        return begins && goesOn && (end == tags.Length || tags[end] != "I-" + type);
    }
}
