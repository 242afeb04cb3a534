using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace LstmLab.Sequences;

/// <summary>Splits text into pieces between characters and words that occur often, and joins them again: byte-pair encoding over the bytes
/// of UTF-8, learned here and applied by Microsoft.ML.Tokenizers.</summary>
/// <remarks>
/// Text is first cut into words with the space before them, and into marks; pieces never cross these cuts. A text whose bytes all occurred
/// in the training text comes back exactly; a byte that did not occur becomes the unknown symbol, and is lost.
/// </remarks>
public sealed partial class Subwords
{
    private readonly List<(string Left, string Right)> _merges;
    private readonly bool[] _isText;
    private readonly BpeTokenizer _tokenizer;

    private Subwords(Vocabulary vocabulary, List<(string Left, string Right)> merges)
    {
        Vocabulary = vocabulary;
        _merges = merges;
        HashSet<string> pieces = [.. merges.Select(merge => merge.Left + merge.Right)];
        _isText = [.. vocabulary.Symbols.Select(symbol => symbol != vocabulary.Unknown && (symbol.Length == 1 || pieces.Contains(symbol)))];
        _tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary.Symbols.Select((symbol, n) => KeyValuePair.Create(symbol, n)))
        {
            Merges = [.. merges.Select(merge => $"{merge.Left} {merge.Right}")],
            PreTokenizer = new RegexPreTokenizer(Word(), null),
            ByteLevel = true,
            UnknownToken = vocabulary.Unknown,
        });
    }

    /// <summary>The special symbols, the bytes of the training text and the merged pieces, in this order. A byte that is no printable
    /// character is written as another one: a space as Ġ.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Learns the pieces of a text.</summary>
    /// <param name="texts">The training texts.</param>
    /// <param name="merges">How many pieces to add to the bytes, at most: learning ends when no pair occurs twice.</param>
    /// <param name="special">Symbols that come first, such as padding, start and end; no text is encoded as one of them.</param>
    /// <param name="unknown">The symbol of bytes that did not occur, added after the special ones.</param>
    /// <exception cref="ArgumentException">The texts hold no character, or a special symbol is also a byte's or a piece's.</exception>
    public static Subwords Learn(IEnumerable<string> texts, int merges, IEnumerable<string>? special = null, string unknown = "<unk>")
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfNegative(merges);
        ArgumentException.ThrowIfNullOrEmpty(unknown);
        Dictionary<string, int> counts = texts.SelectMany(text => Word().Matches(text).Select(match => match.Value))
            .CountBy(word => word, StringComparer.Ordinal)
            .ToDictionary(pair => BytePairs.BytesOf(pair.Key), pair => pair.Value, StringComparer.Ordinal);
        if (counts.Count == 0) throw new ArgumentException("The texts must hold at least one character, but hold none.", nameof(texts));
        List<(string Left, string Right)> learned = BytePairs.Learn(counts, merges, minimumCount: 2);
        IEnumerable<string> bytes = counts.Keys.SelectMany(word => word).Distinct().Order().Select(symbol => symbol.ToString());
        // Two different pairs can join to the same piece.
        IEnumerable<string> pieces = learned.Select(merge => merge.Left + merge.Right).Distinct(StringComparer.Ordinal);
        List<string> first = [.. special ?? []];
        if (!first.Contains(unknown)) first.Add(unknown);
        return new(new Vocabulary([.. first, .. bytes, .. pieces], unknown), learned);
    }

    /// <summary>Reads what <see cref="Save"/> or another program of byte-level byte-pair encoding wrote.</summary>
    /// <param name="vocabulary">Path of the JSON object from symbol to number, 0, 1, 2 and so on, each once.</param>
    /// <param name="merges">Path of the text file with one merge a line, "left right"; a first line that begins with #version is left
    /// out.</param>
    /// <param name="unknown">The symbol of bytes that are not in the vocabulary; null if it holds all 256.</param>
    /// <exception cref="InvalidDataException">A file holds something else; the message says what.</exception>
    public static Subwords Load(string vocabulary, string merges, string? unknown = "<unk>")
    {
        Dictionary<string, int> numbers = ReadNumbers(vocabulary);
        string[] symbols = [.. numbers.OrderBy(pair => pair.Value).Select(pair => pair.Key)];
        for (int n = 0; n < symbols.Length; n++)
        {
            if (numbers[symbols[n]] == n) continue;
            throw new InvalidDataException($"{vocabulary}: numbers must be 0 … {symbols.Length - 1}, each once, but {n} is missing.");
        }

        if (symbols.Length == 0) throw new InvalidDataException($"{vocabulary} holds no symbols.");
        if (unknown is not null && !numbers.ContainsKey(unknown))
            throw new InvalidDataException(
                $"{vocabulary} does not hold the unknown symbol '{unknown}': name the one it has, or pass null.");
        List<(string Left, string Right)> pairs = [];
        foreach ((int n, string line) in File.ReadLines(merges).Index())
        {
            if (line.Length == 0 || (n == 0 && line.StartsWith("#version", StringComparison.Ordinal))) continue;
            string[] parts = line.Split(' ');
            if (parts.Length != 2 || !parts.Append(string.Concat(parts)).All(numbers.ContainsKey))
                throw new InvalidDataException(
                    $"{merges}:{n + 1}: expected two symbols of the vocabulary that join to a third, but found '{line}'.");
            pairs.Add((parts[0], parts[1]));
        }

        return new(new Vocabulary(symbols, unknown), pairs);
    }

    /// <summary>Writes the two files that programs of byte-level byte-pair encoding read.</summary>
    /// <param name="vocabulary">Path of the JSON object from symbol to number.</param>
    /// <param name="merges">Path of the text file with one merge a line.</param>
    public void Save(string vocabulary, string merges)
    {
        Dictionary<string, int> numbers = Vocabulary.Symbols.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        File.WriteAllText(vocabulary, JsonSerializer.Serialize(numbers));
        File.WriteAllText(merges, string.Concat(_merges.Select(merge => $"{merge.Left} {merge.Right}\n").Prepend("#version: 0.2\n")));
    }

    /// <summary>The numbers of a text's pieces.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. _tokenizer.EncodeToIds(text)];
    }

    /// <summary>The text of numbers. Special symbols and the unknown one are left out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is not of the vocabulary.</exception>
    public string Decode(IEnumerable<int> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        int[] all = [.. numbers];
        int wrong = Array.FindIndex(all, number => number < 0 || number >= Vocabulary.Count);
        if (wrong >= 0)
        {
            string message = $"Number {wrong} is {all[wrong]}, but those of this vocabulary are 0 … {Vocabulary.Count - 1}.";
            throw new ArgumentOutOfRangeException(nameof(numbers), all[wrong], message);
        }

        return _tokenizer.Decode(all.Where(number => _isText[number]));
    }

    private static Dictionary<string, int> ReadNumbers(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(path)) ?? [];
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} must be a JSON object from symbol to number: {error.Message}", error);
        }
    }

    [GeneratedRegex(@" ?[\p{L}\p{M}\p{N}'’]+| ?[^\s\p{L}\p{M}\p{N}'’]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
