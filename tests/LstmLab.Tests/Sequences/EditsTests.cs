using CsCheck;
using LstmLab.Sequences;
using Xunit;

namespace LstmLab.Tests.Sequences;

public class EditsTests
{
    private static readonly Gen<char[]> Word = Gen.Char['a', 'c'].Array[0, 7];

    [Theory]
    [InlineData("kitten", "sitting", 1, 0, 2)]
    [InlineData("", "ab", 2, 0, 0)]
    [InlineData("ab", "", 0, 2, 0)]
    [InlineData("abc", "abc", 0, 0, 0)]
    [InlineData("abcd", "bcde", 1, 1, 0)]
    public void Operations_are_counted(string reference, string hypothesis, int insertions, int deletions, int substitutions) =>
        Assert.Equal(
            new Edits(insertions, deletions, substitutions, reference.Length), Edits.Between([.. reference], hypothesis.ToCharArray()));

    [Fact]
    public void The_distance_is_that_of_trying_every_operation() => Gen.Select(Word, Word).Sample((a, b) =>
    {
        Edits edits = Edits.Between(a, b);
        Assert.Equal(Shortest(a, b), edits.Distance);
        Assert.Equal(b.Length - a.Length, edits.Insertions - edits.Deletions);
    });

    [Fact]
    public void The_distance_is_a_metric() => Gen.Select(Word, Word, Word).Sample((a, b, c) =>
    {
        int ab = Edits.Between(a, b).Distance;
        Assert.Equal(ab, Edits.Between(b, a).Distance);
        Assert.Equal(ab == 0, a.SequenceEqual(b));
        Assert.True(Edits.Between(a, c).Distance <= ab + Edits.Between(b, c).Distance);
        Assert.InRange(ab, Math.Abs(a.Length - b.Length), Math.Max(a.Length, b.Length));
    });

    [Fact]
    public void The_error_rate_of_a_corpus_weighs_each_symbol_alike()
    {
        Edits edits = Edits.Of<int>([([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9]), ([1], [2, 3])]);
        Assert.Equal(new Edits(1, 0, 1, 10), edits);
        Assert.Equal(0.2, edits.ErrorRate, 1e-15);
        Assert.Equal(double.PositiveInfinity, Edits.Between<int>([], [1]).ErrorRate);
    }

    private static int Shortest(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.IsEmpty || b.IsEmpty) return a.Length + b.Length;
        int diagonal = Shortest(a[1..], b[1..]) + (a[0] == b[0] ? 0 : 1);
        return Math.Min(diagonal, 1 + Math.Min(Shortest(a[1..], b), Shortest(a, b[1..])));
    }
}
