using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LstmLab.Tests.House;

/// <summary>The prose of a notebook, and the numbers that stand in its prose, its code and its outputs.</summary>
internal sealed partial class NotebookText
{
    // Notebooks 00 and 05 speak of the document by its sections.
    private static readonly double[] SectionsOfTheDocument =
        [1.1, 1.2, 2.1, 2.2, 3.1, 3.2, 3.3, 3.4, 4.1, 4.2, 4.3, 5.1, 5.2, 5.3, 5.4, 7.1, 7.2];

    private readonly List<(JsonNode Cell, int Section)> cells = [];
    private readonly double[] sections;

    public NotebookText(string path)
    {
        sections = Path.GetFileName(path)[..2] is "00" or "05" ? SectionsOfTheDocument : [];
        int section = 0;
        foreach (JsonNode cell in JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray()!)
        {
            // The Chinese twin of a heading belongs to the section that its English cell opened.
            if (IsMarkdown(cell) && !IsChinese(cell) && Heading().IsMatch(Source(cell))) section++;
            cells.Add((cell, section));
        }
    }

    public IEnumerable<JsonNode> Cells => cells.Select(cell => cell.Cell);

    public static bool IsMarkdown(JsonNode cell) => (string)cell["cell_type"]! == "markdown";

    public static bool IsChinese(JsonNode cell) => (string?)cell["metadata"]?["lang"] == "zh";

    public static string Source(JsonNode cell) => Text(cell["source"]);

    /// <summary>Numbers of the prose that neither the code nor the outputs of the same section hold, each with its cell. The first section
    /// and those named as a summary speak of the whole notebook.</summary>
    public IEnumerable<string> Unfounded()
    {
        var given = cells.ToLookup(cell => cell.Section, cell => Numbers(cell.Cell).ToArray());
        double[] all = [.. given.SelectMany(section => section).SelectMany(numbers => numbers)];
        foreach (var (cell, section) in cells.Where(cell => IsMarkdown(cell.Cell)))
        {
            bool whole = section == 0 || WholeNotebook().IsMatch(Source(cell));
            double[] known = whole ? all : [.. given[section].SelectMany(numbers => numbers)];
            string[] declared = [.. (cell["metadata"]!["given"] as JsonArray ?? []).Select(number => (string)number!)];
            foreach (ProseNumber number in Quoted(Source(cell)))
            {
                if (!declared.Contains(number.Text) && !known.Concat(sections).Any(number.Rounds))
                    yield return $"cell {(string?)cell["id"]}: {number.Text}";
            }
        }
    }

    /// <summary>The numbers of a prose cell that say something of a result: two significant digits or more, and no year, date, section
    /// or item of a list.</summary>
    public static IEnumerable<ProseNumber> Quoted(string markdown)
    {
        string prose = NotProse().Replace(markdown, " ");
        foreach (Match match in Number().Matches(prose))
        {
            string text = match.Groups["number"].Value, digits = text.Replace(",", "", StringComparison.Ordinal);
            bool isYear = !text.Contains('.', StringComparison.Ordinal) && !text.Contains(',', StringComparison.Ordinal)
                && digits.Length == 4 && digits[0] is '1' or '2';
            if (digits.Replace(".", "", StringComparison.Ordinal).TrimStart('0').Length < 2 || isYear) continue;
            int decimals = text.Contains('.', StringComparison.Ordinal) ? text.Length - text.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
            yield return new(text, double.Parse(digits, CultureInfo.InvariantCulture), decimals, match.Groups["percent"].Success);
        }
    }

    /// <summary>Numbers of a code cell and of what it has shown, without signs: prose puts them into words.</summary>
    private static IEnumerable<double> Numbers(JsonNode cell)
    {
        if (IsMarkdown(cell)) yield break;
        IEnumerable<string> texts = cell["outputs"]!.AsArray().SelectMany(output => new[]
        {
            Text(output!["text"]), Text(output["data"]?["text/plain"]), Tag().Replace(Text(output["data"]?["image/svg+xml"]), " "),
        });
        foreach (Match match in Shown().Matches(string.Join('\n', texts.Prepend(Source(cell)))))
        {
            string number = match.Value.Replace(",", "", StringComparison.Ordinal).Replace('−', '-');
            yield return double.Parse(number, CultureInfo.InvariantCulture);
        }
    }

    private static string Text(JsonNode? text) => text switch
    {
        JsonArray lines => string.Concat(lines.Select(line => (string)line!)),
        JsonValue value => (string)value!,
        _ => "",
    };

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^## (Summary|小结)", RegexOptions.Multiline)]
    private static partial Regex WholeNotebook();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    // Code, formulas and their numbers, targets of links, sections, numbers of headings and lists, dates, claims, names such as SHA-256.
    [GeneratedRegex("""
        ```.*?``` | `[^`]*` | \$\$.*?\$\$ | \$[^$\n]*\$ | \[\d\d\]\([^)]*\) | \]\([^)]*\) | §\s*[\d.]+([–-][\d.]+)? |
        ^\#+\s\d+\s· | ^\s*\d+\.\s | \d{4}-\d\d(-\d\d)? | \bA\d+\b | \b[A-Za-z]\w*-\d+ | \(\d{1,2}\) | \d{1,2}\s?月(\s?\d{1,2}\s?日)?
        """, RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex NotProse();

    [GeneratedRegex(@"(?<![\w.])(?<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?<percent>\s*%)?(?![a-zA-Z_\d])")]
    private static partial Regex Number();

    [GeneratedRegex(@"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+−]?\d+)?|\.\d+(?:[eE][-+−]?\d+)?")]
    private static partial Regex Shown();
}

/// <summary>A number as prose quotes it.</summary>
/// <param name="Text">As it stands there.</param>
/// <param name="Value">Its value, without a sign.</param>
/// <param name="Decimals">Digits after the point.</param>
/// <param name="Percent">A percent sign follows.</param>
internal sealed record ProseNumber(string Text, double Value, int Decimals, bool Percent)
{
    /// <summary>Whether the prose may round the value to this number; a percentage may stand for a fraction.</summary>
    public bool Rounds(double value) => Near(value, Value, Decimals) || (Percent && Near(value, Value / 100, Decimals + 2));

    private static bool Near(double value, double quoted, int decimals) =>
        Math.Abs(value - quoted) <= 0.5 * Math.Pow(10, -decimals) * (1 + 1e-9);
}
