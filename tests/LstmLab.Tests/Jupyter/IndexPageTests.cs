using System.Text.RegularExpressions;
using LstmLab.Jupyter;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>How the pages of a run lead to one another.</summary>
[Collection(nameof(RunsCells))]
public class IndexPageTests
{
    [Fact]
    public async Task The_README_of_a_folder_becomes_the_index_and_gives_the_order()
    {
        using var workspace = new Workspace();
        workspace.WriteNotebook("in/a.ipynb", "# A\n[to b](sub/b.ipynb#c1) [to d](d.ipynb)", "1");
        workspace.WriteNotebook("in/sub/b.ipynb", "# B\n[to a](../a.ipynb) [no page](../e.ipynb)", "1");
        workspace.WriteNotebook("in/c.ipynb", "# C", "1");
        workspace.WriteNotebook("in/d.ipynb", "1");
        workspace.Write("in/README.md", "# The course\n\n[B](sub/b.ipynb), [C](c.ipynb#x), [source](../a.cs), [web](https://example.org)\n\n## One\n\n## Two");
        workspace.Write("in/README.zh-CN.md", "# 课程\n\n[乙](sub/b.ipynb)");
        var output = await RunAsync(workspace, Path.Combine(workspace.Folder, "in"));
        Assert.EndsWith($"\nOpen {Path.Combine(workspace.Folder, "out", "index.html")}\n", output);

        var index = Page(workspace, "index.html");
        Assert.Contains("data-english=\"The course\" data-chinese=\"课程\"", index);
        Assert.Contains("<a href=\"sub/b.html\">B</a>, <a href=\"c.html#x\">C</a>, <a href=\"../a.cs\">source</a>, <a href=\"https://example.org\">web</a>", index);
        Assert.Contains("<section class=\"text\" lang=\"zh\">\n<h1 id=\"课程\">课程</h1>\n<p><a href=\"sub/b.html\">乙</a></p>", index);
        Assert.Contains("<a href=\"#two\">Two</a>", index);

        // The order is that of the README, B and C, then A and D by name.
        Assert.Equal(["../index.html", "../c.html"], Bar(Page(workspace, "sub/b.html")));
        Assert.Equal(["index.html", "sub/b.html", "a.html"], Bar(Page(workspace, "c.html")));
        Assert.Equal(["index.html", "c.html", "d.html"], Bar(Page(workspace, "a.html")));
        Assert.Equal(["index.html", "a.html"], Bar(Page(workspace, "d.html")));
        Assert.Contains("<a href=\"sub/b.html#c1\">to b</a> <a href=\"d.html\">to d</a>", Page(workspace, "a.html"));
        Assert.Contains("<a href=\"../a.html\">to a</a> <a href=\"../../in/e.ipynb\">no page</a>", Page(workspace, "sub/b.html"));

        // A notebook that is run again alone keeps its place among the pages that are there.
        File.Delete(Path.Combine(workspace.Folder, "out", "d.html"));
        Assert.DoesNotContain("Open ", await RunAsync(workspace, Path.Combine(workspace.Folder, "in", "a.ipynb")));
        Assert.Equal(["index.html", "c.html"], Bar(Page(workspace, "a.html")));
        Assert.Contains("<a href=\"../in/d.ipynb\">to d</a>", Page(workspace, "a.html"));
    }

    [Fact]
    public async Task Without_a_README_the_index_lists_the_titles()
    {
        using var workspace = new Workspace();
        workspace.WriteNotebook("in/b.ipynb", "# B & C", "1");
        workspace.WriteNotebook("in/a.ipynb", "1");
        await RunAsync(workspace, Path.Combine(workspace.Folder, "in"));
        Assert.Contains("<li><a href=\"a.html\">a</a></li>\n<li><a href=\"b.html\">B &amp; C</a></li>", Page(workspace, "index.html"));
    }

    [Fact]
    public async Task A_notebook_alone_has_no_index()
    {
        using var workspace = new Workspace();
        workspace.WriteNotebook("in/a.ipynb", "1");
        workspace.WriteNotebook("in/b.ipynb", "1");
        await RunAsync(workspace, Path.Combine(workspace.Folder, "in", "a.ipynb"));
        Assert.False(File.Exists(Path.Combine(workspace.Folder, "out", "index.html")));
        Assert.DoesNotContain("<header", Page(workspace, "a.html"));
    }

    private static async Task<string> RunAsync(Workspace workspace, string path)
    {
        using var output = new StringWriter { NewLine = "\n" };
        await Program.RunAsync(["run", path, "-o", Path.Combine(workspace.Folder, "out")], output, TextWriter.Null);
        return output.ToString();
    }

    private static string Page(Workspace workspace, string name) => File.ReadAllText(Path.Combine(workspace.Folder, "out", name));

    private static IEnumerable<string> Bar(string page) =>
        Regex.Matches(Regex.Match(page, "<header.*?</header>", RegexOptions.Singleline).Value, "href=\"([^\"]*)\"").Select(link => link.Groups[1].Value);
}
