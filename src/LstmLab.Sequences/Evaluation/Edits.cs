namespace LstmLab.Sequences;

/// <summary>The fewest insertions, deletions and substitutions of symbols that turn one sequence into another.
/// V. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.</summary>
/// <param name="Insertions">Symbols that the hypothesis has and the reference has not.</param>
/// <param name="Deletions">Symbols that the reference has and the hypothesis has not.</param>
/// <param name="Substitutions">Symbols of the reference in whose place the hypothesis has another.</param>
/// <param name="ReferenceLength">Symbols of the reference.</param>
/// <remarks>Several ways can be equally short; counted is the one that, read from the end, prefers a match or substitution to a deletion,
/// and a deletion to an insertion. Edits of several pairs add up.</remarks>
public readonly record struct Edits(int Insertions, int Deletions, int Substitutions, int ReferenceLength)
{
    /// <summary>The edit distance: all operations, each of which costs 1.</summary>
    public int Distance => Insertions + Deletions + Substitutions;

    /// <summary>Operations a symbol of the reference, 0 when all is right; above 1 possible. The word error rate of words, the character
    /// error rate of characters. NaN of no reference symbols without edits, ∞ with some.</summary>
    public double ErrorRate => (double)Distance / ReferenceLength;

    /// <summary>The edits between a reference and a hypothesis, in time and memory of the product of their lengths.</summary>
    /// <param name="reference">What should be there: symbols that are equal or not.</param>
    /// <param name="hypothesis">What is there.</param>
    public static Edits Between<TSymbol>(IReadOnlyList<TSymbol> reference, IReadOnlyList<TSymbol> hypothesis)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(hypothesis);
        EqualityComparer<TSymbol> equality = EqualityComparer<TSymbol>.Default;
        int[,] distances = new int[reference.Count + 1, hypothesis.Count + 1];
        for (int r = 0; r <= reference.Count; r++)
        {
            for (int h = 0; h <= hypothesis.Count; h++)
            {
                distances[r, h] = r == 0 ? h : h == 0 ? r : Math.Min(
                    distances[r - 1, h - 1] + (equality.Equals(reference[r - 1], hypothesis[h - 1]) ? 0 : 1),
                    1 + Math.Min(distances[r - 1, h], distances[r, h - 1]));
            }
        }

        int insertions = 0, deletions = 0, substitutions = 0;
        for (int r = reference.Count, h = hypothesis.Count; r > 0 || h > 0;)
        {
            int substituted = r > 0 && h > 0 && equality.Equals(reference[r - 1], hypothesis[h - 1]) ? 0 : 1;
            if (r > 0 && h > 0 && distances[r, h] == distances[r - 1, h - 1] + substituted)
            {
                substitutions += substituted;
                r--;
                h--;
            }
            else if (r > 0 && distances[r, h] == distances[r - 1, h] + 1)
            {
                deletions++;
                r--;
            }
            else
            {
                insertions++;
                h--;
            }
        }

        return new(insertions, deletions, substitutions, reference.Count);
    }

    /// <summary>The edits of a corpus: the sum over its pairs, so that its error rate is all operations over all symbols of the
    /// references.</summary>
    /// <param name="pairs">Reference and hypothesis of each.</param>
    public static Edits Of<TSymbol>(IEnumerable<(IReadOnlyList<TSymbol> Reference, IReadOnlyList<TSymbol> Hypothesis)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs.Aggregate(default(Edits), (sum, pair) => sum + Between(pair.Reference, pair.Hypothesis));
    }

    /// <summary>The edits of two pairs together.</summary>
    public static Edits operator +(Edits a, Edits b) => new(
        a.Insertions + b.Insertions, a.Deletions + b.Deletions, a.Substitutions + b.Substitutions, a.ReferenceLength + b.ReferenceLength);

    /// <inheritdoc cref="op_Addition"/>
    public static Edits Add(Edits left, Edits right) => left + right;
}
