using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using LstmLab.Forecasting;
using LstmLab.Tests.House;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

/// <summary>Each file of datasets/ is what datasets/README.md says it is.</summary>
public partial class DatasetTests
{
    private static readonly string Readme = File.ReadAllText(Repository.PathOf("datasets", "README.md"));

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Repository.PathOf("datasets")).Select(file => Path.GetFileName(file)!)
        .Where(name => name != "README.md").Order()];

    [Theory, MemberData(nameof(Files))]
    public void Its_hash_is_the_stated_one(string file)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Repository.PathOf("datasets", file))));
        Assert.Equal(hash, Stated(file, "SHA-256").Trim('`'));
    }

    [Theory, MemberData(nameof(Files))]
    public void Its_source_license_and_defects_are_stated(string file) =>
        Assert.All(["source", "licence", "defects"], item => Assert.NotEmpty(Stated(file, item)));

    [Theory, MemberData(nameof(Files))]
    public void Its_rows_and_columns_are_the_stated_ones(string file)
    {
        if (!file.EndsWith(".csv", StringComparison.Ordinal)) return;
        var frame = Csv.Load(Repository.PathOf("datasets", file));
        Assert.Equal(frame.Rows.Count.ToString("N0", CultureInfo.InvariantCulture), Stated(file, "rows").Split(' ')[0]);
        string section = Section(file);
        Assert.Equal(frame.Columns.Select(column => column.Name),
            Column().Matches(section[section.IndexOf("| column |", StringComparison.Ordinal)..])
            .SelectMany(row => row.Groups[1].Value.Split("`, `")));
    }

    [Fact]
    public void No_file_is_described_that_is_not_there() =>
        Assert.Equal(Files.Select(row => row.Data).Order(), Title().Matches(Readme).Select(title => title.Groups[1].Value).Order());

    [Fact]
    public void Each_file_of_the_applications_is_described_with_its_hash_and_its_license_is_in_the_notice()
    {
        string folder = Repository.PathOf("datasets", "applications");
        string[][] rows = [.. File.ReadLines(Path.Combine(folder, "README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))];
        string[] notices = [.. File.ReadLines(Repository.PathOf("NOTICE"))];
        IEnumerable<string> files = Directory.EnumerateDirectories(folder).SelectMany(Directory.EnumerateFiles)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'));
        Assert.Equal(files.Order(StringComparer.Ordinal), rows.Select(row => row[1].Trim('`')).Order(StringComparer.Ordinal));
        Assert.All(rows, row =>
        {
            string file = row[1].Trim('`');
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, file)))), row[5].Trim('`'));
            string notice = Assert.Single(notices, line => line.StartsWith($"datasets/applications/{file} | ", StringComparison.Ordinal));
            Assert.Equal(row[4], notice.Split(" | ")[1]);
            Assert.NotEmpty(row[3]);
        });
    }

    private static string Stated(string file, string item) =>
        Regex.Match(Section(file), $@"^- \*\*{item}\*\*: (.+(?:\n  .+)*)", RegexOptions.Multiline).Groups[1].Value.Trim();

    private static string Section(string file) =>
        Readme.Split("\n## ").Single(section => section.StartsWith($"{file}\n", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| `(.+?)` \|", RegexOptions.Multiline)]
    private static partial Regex Column();

    [GeneratedRegex(@"^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Title();
}
