using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace LstmLab.Charts;

/// <summary>Texts in two languages, such as the categories of an axis or the headers of a table. Written as a collection,
/// <c>[("winter", "冬"), ("summer", "夏"), "A8"]</c>; arrays of strings or of <see cref="Bilingual"/> serve too.</summary>
[CollectionBuilder(typeof(Texts), nameof(Of))]
[SuppressMessage("Naming", "CA1710", Justification = "Texts is the plural that the name of a collection should be.")]
[SuppressMessage("Usage", "CA2225", Justification = "Of is the named alternate.")]
public sealed class Texts : IReadOnlyList<Bilingual>
{
    private readonly Bilingual[] items;

    private Texts(Bilingual[] items) => this.items = items;

    /// <summary>How many texts there are.</summary>
    public int Count => items.Length;

    /// <summary>One of the texts.</summary>
    public Bilingual this[int index] => items[index];

    /// <summary>The texts in order.</summary>
    public static Texts Of(ReadOnlySpan<Bilingual> items) => new(items.ToArray());

    /// <summary>Texts that are the same in both languages; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(items))]
    public static implicit operator Texts?(string[]? items) => items is null ? null : new([.. items.Select(item => new Bilingual(item))]);

    /// <summary>The texts of an array; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(items))]
    public static implicit operator Texts?(Bilingual[]? items) => items is null ? null : new([.. items]);

    /// <inheritdoc/>
    public IEnumerator<Bilingual> GetEnumerator() => ((IEnumerable<Bilingual>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
