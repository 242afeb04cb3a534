using System.Collections.Frozen;

namespace LstmLab.Sequences;

/// <summary>The symbols that a model knows, numbered from 0: characters, words, phonemes, tags.</summary>
/// <remarks>An instance never changes. Symbols are compared ordinally.</remarks>
public sealed class Vocabulary
{
    private readonly string[] _symbols;
    private readonly FrozenDictionary<string, int> _numbers;

    /// <summary>A vocabulary of given symbols in their order.</summary>
    /// <param name="symbols">The symbols; each once.</param>
    /// <param name="unknown">The symbol that stands for all others; null if there is none. It must be one of the symbols.</param>
    /// <exception cref="ArgumentException">A symbol stands twice, there is none, or the unknown one is not among them.</exception>
    public Vocabulary(IEnumerable<string> symbols, string? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        _symbols = [.. symbols];
        if (_symbols.Length == 0) throw new ArgumentException("A vocabulary needs at least one symbol.", nameof(symbols));
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        for (int n = 0; n < _symbols.Length; n++)
        {
            if (numbers.TryAdd(_symbols[n], n)) continue;
            throw new ArgumentException(
                $"The symbol '{_symbols[n]}' stands at {numbers[_symbols[n]]} and at {n}; each must be there once.", nameof(symbols));
        }

        _numbers = numbers.ToFrozenDictionary(StringComparer.Ordinal);
        if (unknown is not null && !_numbers.ContainsKey(unknown))
            throw new ArgumentException($"The unknown symbol '{unknown}' is not one of the {_symbols.Length} symbols.", nameof(unknown));
        Unknown = unknown;
    }

    /// <summary>The symbol that stands for all others; null if there is none.</summary>
    public string? Unknown { get; }

    /// <summary>The symbols in the order of their numbers.</summary>
    public IReadOnlyList<string> Symbols => _symbols;

    /// <summary>How many symbols there are.</summary>
    public int Count => _symbols.Length;

    /// <summary>The number of a symbol; that of <see cref="Unknown"/> if it is not in the vocabulary.</summary>
    /// <exception cref="KeyNotFoundException">The symbol is not in the vocabulary, which has none for unknown ones.</exception>
    public int this[string symbol] => _numbers.TryGetValue(symbol, out int number) ? number
        : Unknown is not null ? _numbers[Unknown]
        : throw new KeyNotFoundException(
            $"'{symbol}' is not one of the {Count} symbols of the vocabulary, which has no symbol for unknown ones: "
            + "add it, or pass unknown.");

    /// <summary>The symbol of a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not one of 0 … <see cref="Count"/> − 1.</exception>
    public string this[int number] => number >= 0 && number < Count ? _symbols[number]
        : throw new ArgumentOutOfRangeException(nameof(number), number, $"Numbers of this vocabulary are 0 … {Count - 1}.");

    /// <summary>Whether a symbol has a number of its own.</summary>
    public bool Contains(string symbol) => _numbers.ContainsKey(symbol);

    /// <summary>The vocabulary of sequences: the symbols that occur often enough, most frequent first, equally frequent ones in ordinal
    /// order.</summary>
    /// <param name="sequences">The sequences of the training data.</param>
    /// <param name="special">Symbols that come first and need not occur, such as padding, start and end.</param>
    /// <param name="unknown">The symbol that stands for all others, added after the special ones; null for none.</param>
    /// <param name="minimumCount">How often a symbol must occur; at least 1.</param>
    public static Vocabulary Of(
        IEnumerable<IEnumerable<string>> sequences, IEnumerable<string>? special = null, string? unknown = null, int minimumCount = 1)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCount, 1);
        List<string> first = [.. special ?? []];
        if (unknown is not null && !first.Contains(unknown)) first.Add(unknown);
        IEnumerable<string> frequent = sequences.SelectMany(sequence => sequence).CountBy(symbol => symbol, StringComparer.Ordinal)
            .Where(pair => pair.Value >= minimumCount && !first.Contains(pair.Key))
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key);
        return new(first.Concat(frequent), unknown);
    }

    /// <summary>The numbers of symbols.</summary>
    /// <exception cref="KeyNotFoundException">A symbol is not in the vocabulary, which has none for unknown ones.</exception>
    public int[] Encode(IEnumerable<string> symbols) => [.. symbols.Select(symbol => this[symbol])];

    /// <summary>The symbols of numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is not of this vocabulary.</exception>
    public string[] Decode(IEnumerable<int> numbers) => [.. numbers.Select(number => this[number])];
}
