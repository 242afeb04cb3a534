using System.Text.RegularExpressions;
using LstmLab.Jupyter.Export;
using LstmLab.Jupyter.Notebooks;
using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class HtmlPageTests
{
    [Fact]
    public async Task A_page_needs_nothing_from_outside()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("# A *title* · 题\n\n$x_t$ and | a | b |\n\n$$\n\\frac{1}{2}\n$$", "var a = \"<b>\"; // why\ndisplay(new { A = 1 }); Console.Error.WriteLine(a);");
        Assert.Contains("<html lang=\"en\">", run.Html);
        Assert.Contains("<title>A title · 题</title>", run.Html);
        Assert.Contains("<math><mrow><msub>", run.Html);
        Assert.Contains("<math display=\"block\">", run.Html);
        Assert.Contains("<span class=\"s\">&quot;&lt;b&gt;&quot;</span>; <span class=\"c\">// why</span>", run.Html);
        Assert.Contains("<pre class=\"output stderr\" tabindex=\"0\">&lt;b&gt;\n</pre>", run.Html);
        Assert.Contains("<th>member</th>", run.Html);
        Assert.DoesNotMatch(new Regex(@"<link|<script|@import|\bsrc=|url\(|https?:", RegexOptions.IgnoreCase), run.Html);
    }

    [Fact]
    public async Task An_unknown_TeX_command_fails_the_notebook_with_its_place()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("1", "# Title\n$\\foo x$");
        Assert.Equal("page has errors", run.Result.Result);
        Assert.Contains("notebook.ipynb, cell 2: unknown command \\foo in the formula \\foo x", run.Report);
        Assert.Contains("<code class=\"math-error\">\\foo x</code>", run.Html);
    }

    [Fact]
    public void Links_lead_from_the_page_and_pictures_become_part_of_it()
    {
        using var workspace = new Workspace();
        workspace.Write("notebooks/a.svg", "<svg/>");
        var page = HtmlPage.Render(Notebook.Read(workspace.WriteNotebook(
            "notebooks/a.ipynb", "# T\n[next](02-b.ipynb#x) [source](../src/A.cs) [web](https://example.org) ![p](a.svg) ![q](no.png) ![r](https://example.org/r.png)")), Path.Combine(workspace.Folder, "artifacts", "notebooks"));
        Assert.Contains("href=\"02-b.html#x\"", page.Content);
        Assert.Contains("href=\"../../src/A.cs\"", page.Content);
        Assert.Contains("href=\"https://example.org\"", page.Content);
        Assert.Contains("src=\"data:image/svg+xml;base64,PHN2Zy8+\"", page.Content);
        Assert.Equal(2, page.Errors.Count);
        Assert.Contains("cell 1: the picture no.png does not exist", page.Errors[0]);
        Assert.Contains("cell 1: the picture https://example.org/r.png lies outside", page.Errors[1]);
    }
}
