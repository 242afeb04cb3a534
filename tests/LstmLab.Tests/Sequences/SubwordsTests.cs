using CsCheck;
using LstmLab.Sequences;
using LstmLab.Tests.Formats;
using Xunit;

namespace LstmLab.Tests.Sequences;

public class SubwordsTests
{
    private static readonly string[] Texts =
    [
        "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife.",
        "However little known the feelings or views of such a man may be on his first entering a neighbourhood,",
        "this truth is so well fixed in the minds of the surrounding families, that he is considered",
        "as the rightful property of some one or other of their daughters. Über café, naïve: 中文也可以。",
    ];

    [Fact]
    public void The_merges_are_those_of_counting_everything_anew()
    {
        Gen.String[Gen.Char['a', 'd'], 1, 8].Array[1, 30].Sample(words =>
        {
            KeyValuePair<string, int>[] counts = [.. words.CountBy(word => word)];
            Assert.Equal(LearnPlainly(counts, 12), BytePairs.Learn(counts, 12, minimumCount: 2));
        });
    }

    [Fact]
    public void The_first_merges_of_a_known_example()
    {
        // Sennrich et al. (2016), figure 1, with their words and counts: e s, es t, est and the word's end, l o, lo w. Here the word's end
        // is a byte's place, written "_"; of pairs as frequent as another the ordinally first is merged.
        Dictionary<string, int> counts = new() { ["low_"] = 5, ["lower_"] = 2, ["newest_"] = 6, ["widest_"] = 3 };
        Assert.Equal([("e", "s"), ("es", "t"), ("est", "_"), ("l", "o"), ("lo", "w")], BytePairs.Learn(counts, 5, minimumCount: 2));
    }

    [Fact]
    public void The_package_splits_as_the_merges_say()
    {
        Subwords subwords = Subwords.Learn(Texts, 120, ["<pad>", "<start>", "<end>"]);
        foreach (string word in "a good man | possession | neighbourhoods | universally | truthful".Split(" | "))
            Assert.Equal(SplitPlainly(subwords, word), subwords.Vocabulary.Decode(subwords.Encode(word)));
    }

    [Fact]
    public void A_text_of_known_bytes_comes_back_exactly()
    {
        Subwords subwords = Subwords.Learn(Texts, 120);
        foreach (string text in Texts.Append("  a  truth,Üé 文中 ")) Assert.Equal(text, subwords.Decode(subwords.Encode(text)));
        string known = "abcdefghi ,.";
        Gen.String[Gen.Int[0, known.Length - 1].Select(n => known[n]), 0, 40].Sample(text =>
            Assert.Equal(text, subwords.Decode(subwords.Encode(text))));
    }

    [Fact]
    public void More_merges_make_shorter_sequences()
    {
        int[] lengths = [.. new[] { 0, 30, 120 }.Select(merges => Subwords.Learn(Texts, merges).Encode(Texts[0]).Length)];
        Assert.Equal(Texts[0].Length, lengths[0]);
        Assert.True(lengths[0] > lengths[1] && lengths[1] > lengths[2]);
    }

    [Fact]
    public void Special_and_unknown_symbols_are_in_no_decoded_text()
    {
        Subwords subwords = Subwords.Learn(["low lower lowest low"], 20, ["<pad>", "<end>"]);
        Assert.Equal(["<pad>", "<end>", "<unk>"], subwords.Vocabulary.Symbols.Take(3));
        Assert.Equal([2], subwords.Encode("z"));
        Assert.Equal("low", subwords.Decode([0, .. subwords.Encode("low"), 2, 1]));
        Assert.Contains("Number 1 is 99", Assert.Throws<ArgumentOutOfRangeException>(() => subwords.Decode([0, 99])).Message);
    }

    [Fact]
    public void Saved_files_split_as_before()
    {
        using TemporaryFolder folder = new();
        Subwords subwords = Subwords.Learn(Texts, 60, ["<pad>"]);
        subwords.Save(folder["vocabulary.json"], folder["merges.txt"]);
        Subwords loaded = Subwords.Load(folder["vocabulary.json"], folder["merges.txt"]);
        Assert.Equal(subwords.Vocabulary.Symbols, loaded.Vocabulary.Symbols);
        foreach (string text in Texts)
        {
            Assert.Equal(subwords.Encode(text), loaded.Encode(text));
            Assert.Equal(text, loaded.Decode([0, .. loaded.Encode(text)]));
        }
    }

    [Fact]
    public void Files_that_hold_something_else_are_refused()
    {
        using TemporaryFolder folder = new();
        string vocabulary = folder["vocabulary.json"], merges = folder["merges.txt"];
        File.WriteAllText(merges, "a b\n");
        Refused("[1]", "must be a JSON object");
        Refused("{\"a\": 0, \"b\": 2}", "1 is missing");
        Refused("{\"a\": 0, \"b\": 1}", "does not hold the unknown symbol");
        Refused("{\"<unk>\": 0, \"a\": 1, \"b\": 2}", "merges.txt:1: expected two symbols");

        void Refused(string json, string message)
        {
            File.WriteAllText(vocabulary, json);
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Subwords.Load(vocabulary, merges)).Message);
        }
    }

    [Fact]
    public void Nothing_cannot_be_learned_from() => Assert.Throws<ArgumentException>(() => Subwords.Learn([""], 3));

    // Merges of one word without the package: of all pairs the one learned first, again and again.
    private static List<string> SplitPlainly(Subwords subwords, string text)
    {
        using TemporaryFolder folder = new();
        subwords.Save(folder["vocabulary.json"], folder["merges.txt"]);
        string[][] merges = [.. File.ReadLines(folder["merges.txt"]).Skip(1).Select(line => line.Split(' '))];
        List<string> all = [];
        foreach ((int n, string word) in text.Split(' ').Index())
        {
            List<string> symbols = [.. (n > 0 ? "Ġ" + word : word).Select(symbol => symbol.ToString())];
            while (merges.FirstOrDefault(merge => Enumerable.Range(0, symbols.Count - 1)
                .Any(k => symbols[k] == merge[0] && symbols[k + 1] == merge[1])) is { } first)
                BytePairs.Merge(symbols, (first[0], first[1]));
            all.AddRange(symbols);
        }

        return all;
    }

    private static List<(string Left, string Right)> LearnPlainly(KeyValuePair<string, int>[] counts, int merges)
    {
        List<(string Left, string Right)> learned = [];
        List<(List<string> Symbols, int Count)> words =
            [.. counts.Select(pair => (pair.Key.Select(symbol => symbol.ToString()).ToList(), pair.Value))];
        while (learned.Count < merges)
        {
            var pairs = words.SelectMany(word => word.Symbols.Zip(word.Symbols.Skip(1)).Select(pair => (pair, word.Count)))
                .GroupBy(pair => pair.pair).Select(group => (Pair: group.Key, Count: group.Sum(pair => pair.Count)))
                .OrderByDescending(pair => pair.Count)
                .ThenBy(pair => pair.Pair.First, StringComparer.Ordinal).ThenBy(pair => pair.Pair.Second, StringComparer.Ordinal).ToList();
            if (pairs.Count == 0 || pairs[0].Count < 2) break;
            learned.Add(pairs[0].Pair);
            foreach (var word in words) BytePairs.Merge(word.Symbols, pairs[0].Pair);
        }

        return learned;
    }
}
