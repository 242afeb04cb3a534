using System.Reflection;
using System.Text.Json.Nodes;
using LstmLab.Jupyter.Export;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>THIRD-PARTY-NOTICES names what pages inline and what the tool ships, in the versions that are used.</summary>
public class NoticesTests
{
    private static readonly Assembly Tool = typeof(HtmlPage).Assembly;

    private static readonly string[] Entries = [.. File.ReadAllLines(Repository.PathOf("THIRD-PARTY-NOTICES"))
        .Where(line => line.Split(" | ").Length == 3)];

    [Fact]
    public void Each_package_of_the_tool_and_no_other_is_listed()
    {
        var locked = JsonNode.Parse(File.ReadAllText(Repository.PathOf("src", "LstmLab.Jupyter",
            "packages.lock.json")))!["dependencies"]!["net10.0"]!.AsObject();
        string[] packages = [.. locked.Where(package => (string?)package.Value!["type"] != "Project")
            .Select(package => $"{package.Key} {package.Value!["resolved"]}").Order(StringComparer.OrdinalIgnoreCase)];
        string[] listed = [.. Entries.Select(entry => entry.Split(" | ")[0]).SkipWhile(entry => !packages.Contains(entry))];
        Assert.Equal(packages, listed);
    }

    [Fact]
    public void Each_embedded_script_is_listed_in_its_version()
    {
        string[] scripts = [.. Tool.GetManifestResourceNames()
            .Where(name => name.EndsWith(".min.js", StringComparison.Ordinal))];
        Assert.Contains("katex.min.js", scripts);
        foreach (string script in scripts)
        {
            string version = Assert.Single(Entries, entry => entry.StartsWith(script.Split('.')[0] + " ", StringComparison.Ordinal))
                .Split(' ')[1];
            Assert.Contains($"\"{version}\"", TextOf(script));
            Assert.Single(Directory.GetFiles(Repository.PathOf("src", "LstmLab.Jupyter"), script, SearchOption.AllDirectories), file =>
                File.Exists(Path.Combine(Path.GetDirectoryName(file)!, "LICENSE")));
        }
    }

    [Fact]
    public void The_plotly_js_of_figures_is_listed_in_its_version()
    {
        string version = Assert.Single(Entries, entry => entry.StartsWith("plotly.js ", StringComparison.Ordinal)).Split(' ')[1];
        Assert.Contains($"plotly.js v{version}", new LstmLab.Charts.PlotlyLibrary().ToHtml());
    }

    [Fact]
    public void Each_license_has_its_text_or_its_address()
    {
        string notices = File.ReadAllText(Repository.PathOf("THIRD-PARTY-NOTICES"));
        Dictionary<string, string> sections = new()
        {
            ["MIT"] = "The MIT License\n",
            ["BSD-2-Clause"] = "The BSD 2-Clause License\n",
            ["BSD-3-Clause"] = "The BSD 3-Clause License\n",
            ["Apache-2.0"] = "\nApache-2.0: https://",
            ["MPL-2.0"] = "\nMPL-2.0: https://",
            ["LGPL-3.0 with linking exception"] = "\nLGPL-3.0: https://",
        };
        Assert.All(Entries, entry => Assert.Contains(sections[entry.Split(" | ")[1]], notices));
    }

    private static string TextOf(string script)
    {
        using var reader = new StreamReader(Tool.GetManifestResourceStream(script)!);
        return reader.ReadToEnd();
    }
}
