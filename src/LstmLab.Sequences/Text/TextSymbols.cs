using System.Globalization;
using System.Text.RegularExpressions;

namespace LstmLab.Sequences;

/// <summary>The symbols of a text: its words, or its characters.</summary>
public static partial class TextSymbols
{
    /// <summary>The words and marks of a text, in their order and as they are written.</summary>
    /// <remarks>
    /// A word is a longest run of letters, digits and the marks that combine with them; an apostrophe (' or ’) between two of these
    /// belongs to the word. Every other character that is not white space is a symbol of its own. Letter case stays: lower the text first
    /// where it does not matter.
    /// </remarks>
    public static string[] Words(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. WordOrMark().Matches(text).Select(match => match.Value)];
    }

    /// <summary>The characters of a text as a reader counts them: Unicode's grapheme clusters (UAX #29), so that a letter and the accents
    /// that combine with it are one symbol. Joined, they are the text again.</summary>
    public static string[] Characters(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> characters = [];
        TextElementEnumerator elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext()) characters.Add(elements.GetTextElement());
        return [.. characters];
    }

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[\uD800-\uDBFF][\uDC00-\uDFFF]|\S", RegexOptions.CultureInvariant)]
    private static partial Regex WordOrMark();
}
