using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>What the notebooks say in prose: true to their outputs, and the same in both languages.</summary>
public partial class ProseTests
{
    /// <summary>Terms of the glossary's last column, which neither notebooks nor guides use.</summary>
    private static readonly string[] Avoided =
    [
        .. from line in File.ReadLines(Repository.PathOf("docs", "glossary.md"))
           where line.StartsWith("| ", StringComparison.Ordinal)
           let words = line.Split('|')[4].Trim()
           where words.Any(letter => letter > 0x4E00)
           from word in words.Split('、')
           select word.Trim(),
    ];

    [Theory, MemberData(nameof(NotebookTests.Notebooks), MemberType = typeof(NotebookTests))]
    public void Every_number_of_the_prose_stands_in_the_code_or_the_outputs_of_its_section(string name) =>
        Assert.Empty(Read(name).Unfounded());

    [Theory, MemberData(nameof(NotebookTests.Notebooks), MemberType = typeof(NotebookTests))]
    public void Every_cell_of_prose_is_followed_by_its_Chinese_twin(string name)
    {
        JsonNode[] cells = [.. Read(name).Cells];
        var wrong = new List<string>();
        for (int k = 0; k < cells.Length; k++)
        {
            if (!NotebookText.IsMarkdown(cells[k])) continue;
            bool hasTwin = k + 1 < cells.Length && NotebookText.IsChinese(cells[k + 1]);
            bool isTwin = k > 0 && NotebookText.IsMarkdown(cells[k - 1]) && !NotebookText.IsChinese(cells[k - 1]);
            if (NotebookText.IsChinese(cells[k]) ? !isTwin : !hasTwin) wrong.Add($"{(string?)cells[k]["id"]} has no twin");
            else if (NotebookText.IsChinese(cells[k])) wrong.AddRange(Differences(cells[k - 1], cells[k]));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Terms_that_the_glossary_replaces_occur_nowhere()
    {
        Assert.NotEmpty(Avoided);
        string[] wrong =
        [
            .. from file in ChineseFiles()
               let text = file.EndsWith(".ipynb", StringComparison.Ordinal)
                   ? string.Join('\n', new NotebookText(file).Cells.Select(NotebookText.Source)) : File.ReadAllText(file)
               from word in Avoided
               where text.Contains(word, StringComparison.Ordinal)
               select $"{Path.GetFileName(file)}: {word}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void Numbers_are_found_and_compared()
    {
        ProseNumber[] numbers = [.. NotebookText.Quoted("## 12 · T\n1. In 1997 §4.3 A12 `0.11` $0.22$: 53.5 % of 8,610, 0.0071 and 7.")];
        Assert.Equal(["53.5", "8,610", "0.0071"], numbers.Select(number => number.Text));
        Assert.True(numbers[0].Rounds(0.53461) && numbers[0].Rounds(53.46) && !numbers[0].Rounds(0.5361));
        Assert.True(numbers[1].Rounds(8610) && !numbers[1].Rounds(8611));
        Assert.True(numbers[2].Rounds(0.00714) && !numbers[2].Rounds(0.0072));
    }

    private static NotebookText Read(string name) => new(Repository.PathOf("notebooks", name));

    private static IEnumerable<string> ChineseFiles() =>
        Directory.EnumerateFiles(Repository.PathOf("notebooks"), "*.ipynb")
            .Concat(Directory.EnumerateFiles(Repository.PathOf("docs", "guides"), "*.md"))
            .Concat(Directory.EnumerateFiles(Repository.PathOf(), "*.zh-CN.md"));

    /// <summary>A translation holds Chinese text, as many headings and formulas, the same links, and the same numbers of three digits and
    /// more.</summary>
    private static IEnumerable<string> Differences(JsonNode english, JsonNode chinese)
    {
        string id = (string?)english["id"] ?? "?", from = NotebookText.Source(english), to = NotebookText.Source(chinese);
        if (!to.Any(letter => letter > 0x4E00)) yield return $"{id}: the twin has no Chinese";
        if (Heading().Count(from) != Heading().Count(to)) yield return $"{id}: headings differ in number";
        if (!Sorted(Link(), from).SequenceEqual(Sorted(Link(), to))) yield return $"{id}: links differ";
        if (Item().Count(from) != Item().Count(to)) yield return $"{id}: items of lists differ in number";
        string[] numbers = Long(from), others = Long(to);
        foreach (string number in numbers.Except(others)) yield return $"{id}: {number} is in English alone";
        foreach (string number in others.Except(numbers)) yield return $"{id}: {number} is in Chinese alone";
    }

    private static string[] Sorted(Regex pattern, string text) => [.. pattern.Matches(text).Select(match => match.Value).Order()];

    private static string[] Long(string text) =>
        [.. NotebookText.Quoted(text).Select(number => number.Text).Where(number => number.Count(char.IsDigit) > 2)];

    [GeneratedRegex("^#+ ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\([^)]+\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\s*(\d+\.|[-*]) ", RegexOptions.Multiline)]
    private static partial Regex Item();
}
