using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>CITATION.cff and NOTICE say what the repository holds.</summary>
public partial class CitationTests
{
    private static readonly string Citation = File.ReadAllText(Repository.PathOf("CITATION.cff")).ReplaceLineEndings("\n");

    [Theory]
    [InlineData("cff-version", "1.2.0"), InlineData("type", "software"), InlineData("title", "LstmLab")]
    [InlineData("message", "If you use this software, please cite it as below.")]
    public void The_citation_has_what_its_format_requires(string key, string value) =>
        Assert.Contains($"\n{key}: {value}\n", "\n" + Citation, StringComparison.Ordinal);

    [Theory, InlineData("Version", "version"), InlineData("PackageLicenseExpression", "license"), InlineData("Authors", "  - name")]
    public void The_citation_agrees_with_the_packages(string property, string key)
    {
        string value = XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants(property).Single().Value;
        Assert.Contains($"\n{key}: {value}\n", Citation, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_data_set_is_in_the_notice_under_its_license()
    {
        string[] notices = [.. File.ReadAllLines(Repository.PathOf("NOTICE"))];
        MatchCollection sets = Described().Matches(File.ReadAllText(Repository.PathOf("datasets", "README.md")).ReplaceLineEndings("\n"));
        Assert.Equal(Directory.GetFiles(Repository.PathOf("datasets"), "*.csv").Length, sets.Count);
        foreach (Match set in sets)
        {
            string notice = Assert.Single(notices, line => line.StartsWith($"datasets/{set.Groups[1].Value} | ", StringComparison.Ordinal));
            Assert.StartsWith(set.Groups[2].Value, notice.Split(" | ")[1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_file_of_the_notice_exists() =>
        Assert.All(File.ReadAllLines(Repository.PathOf("NOTICE")).Where(line => line.Split(" | ").Length == 3).Skip(1),
            line => Assert.True(File.Exists(Repository.PathOf(line.Split(" | ")[0])), line));

    // The file's heading, and its license up to the name of who gives it.
    [GeneratedRegex(@"^## (\S+\.csv)$(?:(?!^## ).)*?^- \*\*licen[cs]e\*\*: ([^(,\n]*[^(,\s])", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Described();
}
