using CsCheck;
using LstmLab.Sequences;
using Xunit;

namespace LstmLab.Tests.Sequences;

public class TextSymbolsTests
{
    [Theory]
    [InlineData("Don't stop, it’s 2 o'clock!", new[] { "Don't", "stop", ",", "it’s", "2", "o'clock", "!" })]
    [InlineData("'quoted' well-made", new[] { "'", "quoted", "'", "well", "-", "made" })]
    [InlineData("…a\t\nb", new[] { "…", "a", "b" })]
    [InlineData("crème cre\u0300me", new[] { "crème", "cre\u0300me" })]
    [InlineData("go 🏳️ now", new[] { "go", "🏳️", "now" })]
    [InlineData(" \n", new string[0])]
    public void Words_keep_their_apostrophes_and_marks_stand_alone(string text, string[] words)
    {
        // The variation selector of a flag is a mark (\p{M}), which stands alone after a symbol.
        string[] found = TextSymbols.Words(text);
        Assert.Equal(words.SelectMany(word => word == "🏳️" ? ["🏳", "\uFE0F"] : new[] { word }), found);
    }

    [Fact]
    public void Words_hold_all_that_is_no_white_space() => Gen.String.Sample(text =>
        Assert.Equal(string.Concat(text.Where(symbol => !char.IsWhiteSpace(symbol))), string.Concat(TextSymbols.Words(text))));

    [Fact]
    public void A_letter_and_its_accents_are_one_character()
    {
        Assert.Equal(["c", "r", "e\u0300", "!", "👩🏽"], TextSymbols.Characters("cre\u0300!👩🏽"));
        Gen.String.Sample(text => Assert.Equal(text, string.Concat(TextSymbols.Characters(text))));
    }
}
