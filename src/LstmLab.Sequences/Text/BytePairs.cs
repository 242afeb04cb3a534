using System.Text;

namespace LstmLab.Sequences;

/// <summary>Learns which neighboring symbols to merge: byte-pair encoding.
/// R. Sennrich, B. Haddow, A. Birch, "Neural machine translation of rare words with subword units", 2016.</summary>
/// <remarks>
/// The most frequent pair of neighbors within a word becomes one symbol, again and again; of equally frequent pairs the one that comes
/// first in ordinal order. Only words that hold the pair are counted anew.
/// </remarks>
internal static class BytePairs
{
    /// <summary>A character for each byte that is neither a space nor invisible, so that files of symbols and merges can be read: printable
    /// bytes of Latin-1 stand for themselves, the others for U+0100 and on (the mapping of GPT-2).</summary>
    private static readonly char[] Visible = MakeVisible();

    /// <summary>The bytes of a text in UTF-8, each as a visible character.</summary>
    public static string BytesOf(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(value => Visible[value]));

    /// <summary>The merges in the order in which they are learned.</summary>
    /// <param name="counts">How often each word occurs; a word is the string of its first symbols, one character each.</param>
    /// <param name="merges">How many merges at most.</param>
    /// <param name="minimumCount">How often a pair must occur to be merged.</param>
    public static List<(string Left, string Right)> Learn(IEnumerable<KeyValuePair<string, int>> counts, int merges, int minimumCount)
    {
        List<(List<string> Symbols, int Count)> words = [.. counts.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (pair.Key.Select(symbol => symbol.ToString()).ToList(), pair.Value))];
        Dictionary<(string Left, string Right), int> pairs = [];
        Dictionary<(string Left, string Right), HashSet<int>> holders = [];
        for (int word = 0; word < words.Count; word++) Add(word, 1);
        List<(string Left, string Right)> learned = [];
        while (learned.Count < merges && MostFrequent(pairs, minimumCount) is { } best)
        {
            learned.Add(best);
            foreach (int word in holders[best].ToArray())
            {
                Add(word, -1);
                Merge(words[word].Symbols, best);
                Add(word, 1);
            }
        }

        return learned;

        void Add(int word, int sign)
        {
            (List<string> symbols, int count) = words[word];
            for (int n = 0; n + 1 < symbols.Count; n++)
            {
                (string Left, string Right) pair = (symbols[n], symbols[n + 1]);
                pairs[pair] = pairs.GetValueOrDefault(pair) + (sign * count);
                if (!holders.TryGetValue(pair, out HashSet<int>? held)) holders[pair] = held = [];
                if (sign > 0) held.Add(word);
                else held.Remove(word);
            }
        }
    }

    /// <summary>Replaces a pair by one symbol wherever it stands, from the left.</summary>
    public static void Merge(List<string> symbols, (string Left, string Right) pair)
    {
        for (int n = 0; n + 1 < symbols.Count; n++)
        {
            if (symbols[n] != pair.Left || symbols[n + 1] != pair.Right) continue;
            symbols[n] += pair.Right;
            symbols.RemoveAt(n + 1);
        }
    }

    private static (string Left, string Right)? MostFrequent(Dictionary<(string Left, string Right), int> pairs, int minimumCount)
    {
        (string Left, string Right)? best = null;
        int most = minimumCount - 1;
        foreach ((var pair, int count) in pairs)
        {
            if (count < most || (count == most && (best is null || !IsBefore(pair, best.Value)))) continue;
            (best, most) = (pair, count);
        }

        return best;
    }

    private static bool IsBefore((string Left, string Right) a, (string Left, string Right) b)
    {
        int left = string.CompareOrdinal(a.Left, b.Left);
        return left < 0 || (left == 0 && string.CompareOrdinal(a.Right, b.Right) < 0);
    }

    private static char[] MakeVisible()
    {
        char[] visible = new char[256];
        int next = 256;
        for (int value = 0; value < 256; value++)
        {
            bool isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            visible[value] = (char)(isPrintable ? value : next++);
        }

        return visible;
    }
}
