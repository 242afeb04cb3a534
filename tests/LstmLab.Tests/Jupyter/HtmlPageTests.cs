using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LstmLab.Jupyter.Display;
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
        Assert.Contains("<span class=\"katex\"><span class=\"katex-mathml\">", run.Html);
        Assert.Contains("<span class=\"katex-display\">", run.Html);
        Assert.Contains("<span class=\"s\">&quot;&lt;b&gt;&quot;</span>; <span class=\"c\">// why</span>", run.Html);
        Assert.Contains("<pre class=\"output stderr\" tabindex=\"0\">&lt;b&gt;\n</pre>", run.Html);
        Assert.Contains("<th>member</th>", run.Html);
        Assert.Contains("http-equiv=\"Content-Security-Policy\" content=\"default-src 'unsafe-inline' 'unsafe-eval' data: blob:;", run.Html);
        Assert.DoesNotMatch(new Regex(@"<link|<script [^>]|@import|\bsrc=|url\((?!data:)|(?<!xmlns="")https?:", RegexOptions.IgnoreCase), run.Html);
    }

    [Fact]
    public async Task An_unknown_TeX_command_fails_the_notebook_with_its_place()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("1", "# Title\n$\\foo x$");
        Assert.Equal("page has errors", run.Result.Result);
        Assert.Contains("notebook.ipynb, cell 2: Undefined control sequence: \\foo at character 1 in the formula \\foo x", run.Report);
        Assert.Contains("<code class=\"math-error\">\\foo x</code>", run.Html);
    }

    [Fact]
    public async Task A_picture_that_a_page_cannot_have_is_noted_and_fails_nothing()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("1", "# Title\n![p](https://example.org/p.png)");
        Assert.True(run.Result.Succeeded);
        Assert.Contains("  note: ", run.Report, StringComparison.Ordinal);
        Assert.Contains("notebook.ipynb, cell 2: the picture https://example.org/p.png lies outside", run.Report, StringComparison.Ordinal);
        Assert.Contains("<span class=refused>the picture https://example.org/p.png lies outside", run.Html);
    }

    [Fact]
    public void Pictures_attached_to_a_cell_become_part_of_the_page()
    {
        using var workspace = new Workspace();
        var path = workspace.WriteNotebook("a.ipynb", "# T\n![p](attachment:my%20picture.png) ![q](attachment:none.png)");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json["cells"]![0]!["attachments"] = new JsonObject { ["my picture.png"] = new JsonObject { ["image/png"] = "iVBORw0K\n" } };
        var page = HtmlPage.Render(Notebook.Read(workspace.Write("a.ipynb", json.ToJsonString())), workspace.Folder);
        Assert.Contains("src=\"data:image/png;base64,iVBORw0K\"", page.Content);
        Assert.Contains("the picture attachment:none.png", Assert.Single(page.Notes));
    }

    [Fact]
    public void Links_lead_from_the_page_and_pictures_become_part_of_it()
    {
        using var workspace = new Workspace();
        workspace.Write("notebooks/a.svg", "<svg/>");
        var page = HtmlPage.Render(Notebook.Read(workspace.WriteNotebook(
            "notebooks/a.ipynb", "# T\n[next](02-b.ipynb#x) [source](../src/A.cs) [web](https://example.org) ![p](a.svg) ![q](no.png) ![r](https://example.org/r.png)")), Path.Combine(workspace.Folder, "artifacts", "notebooks"));
        Assert.Contains("href=\"../../notebooks/02-b.ipynb#x\"", page.Content);
        Assert.Contains("href=\"../../src/A.cs\"", page.Content);
        Assert.Contains("href=\"https://example.org\"", page.Content);
        Assert.Contains("src=\"data:image/svg+xml;base64,PHN2Zy8+\"", page.Content);
        Assert.Empty(page.Errors);
        Assert.Equal(2, page.Notes.Count);
        Assert.Contains("cell 1: the picture no.png does not exist", page.Notes[0]);
        Assert.Contains("cell 1: the picture https://example.org/r.png lies outside", page.Notes[1]);
    }

    [Fact]
    public void Pictures_in_HTML_of_a_text_are_treated_like_its_other_pictures()
    {
        using var workspace = new Workspace();
        workspace.Write("a b.svg", "<svg/>");
        var page = Page(workspace, "# T\n<img width=20 src='a%20b.svg'> <img src=\"https://example.org/r.png\" width=20>\n\n`<img src=\"https://example.org/code.png\">`");
        Assert.Contains("<img width=20 src=\"data:image/svg+xml;base64,PHN2Zy8+\">", page.Content);
        Assert.Contains("cell 1: the picture https://example.org/r.png lies outside", Assert.Single(page.Notes));
        Assert.Contains("<span class=refused>the picture https://example.org/r.png lies outside", page.Content);
    }

    [Fact]
    public async Task What_an_output_would_load_is_named_in_its_place()
    {
        using var workspace = new Workspace();
        workspace.Write("a.svg", "<svg/>");
        var run = await workspace.RunAsync("""
            class Shown { public Dictionary<string, object> ToMimeBundle() => new() { ["text/html"] =
                "<img src=\"//example.org/1.png\"><img src=a.svg><script src='https://example.org/2.js'></script><link rel=stylesheet href=https://example.org/3.css>" +
                "<script>var html = '<img src=\"https://example.org/4.png\">';</script><a href=\"https://example.org/5\">link</a>" }; }
            new Shown()
            """);
        Assert.True(run.Result.Succeeded);
        Assert.Contains("<span class=refused>the picture //example.org/1.png lies outside", run.Html);
        Assert.Contains("<img src=\"data:image/svg+xml;base64,PHN2Zy8+\">", run.Html);
        Assert.Contains("<span class=refused>https://example.org/2.js is not loaded", run.Html);
        Assert.Contains("<span class=refused>https://example.org/3.css is not loaded", run.Html);
        Assert.Contains("<script>var html = '<img src=\"https://example.org/4.png\">';</script><a href=\"https://example.org/5\">", run.Html);
    }

    [Theory]
    [InlineData("text/latex", "$$x^2$$", "<span class=\"katex-display\">")]
    [InlineData("text/latex", @"\begin{align}a&=b\end{align}", "<span class=\"katex-display\">")]
    [InlineData("text/latex", @"\(x\)", "<div class=\"output\">\n<span class=\"katex\">")]
    [InlineData("application/javascript", "element.textContent = '</script>';", "<script>\n(function (element) {\nelement.textContent = '<\\/script>';\n})(document.currentScript.parentElement);\n</script>")]
    [InlineData("image/svg+xml", "<?xml version='1.0'?><svg/>", "<div class=\"output\">\n<svg/>\n</div>")]
    [InlineData("image/gif", "R0lG", "<img alt=\"\" src=\"data:image/gif;base64,R0lG\">")]
    [InlineData("application/json", "{\"a\": 1}", "<pre class=\"output\" tabindex=\"0\">{&quot;a&quot;:1}</pre>")]
    [InlineData("text/csv", "a,b", "<pre class=\"output\" tabindex=\"0\">a,b</pre>")]
    public async Task An_output_is_shown_by_its_MIME_type(string mimeType, string data, string expected)
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync($$"""
            class Shown { public Dictionary<string, object> ToMimeBundle() => new() { ["{{mimeType}}"] = @"{{data.Replace("\"", "\"\"", StringComparison.Ordinal)}}" }; }
            new Shown()
            """);
        Assert.True(run.Result.Succeeded);
        Assert.Contains(expected, run.Html);
    }

    [Fact]
    public void Mermaid_blocks_are_drawn_by_a_library_that_comes_once_and_only_then()
    {
        using var workspace = new Workspace();
        var page = Page(workspace, "# T\n```mermaid\ngraph LR; A-->B\n```", "# U\n```mermaid\ngraph LR; B-->C\n```\n```text\nA-->B\n```");
        Assert.Equal(2, Regex.Count(page.Content, "<div id=\"mermaid-"));
        Assert.Equal(1, Regex.Count(page.Content, Mermaid.LibraryStart));
        Assert.DoesNotContain(Mermaid.LibraryStart, Page(workspace, "# T\n```text\ngraph LR; A-->B\n```").Content);
    }

    [Fact]
    public void Code_of_other_languages_is_not_colored_as_CSharp()
    {
        using var workspace = new Workspace();
        var page = Page(workspace, "#!fsharp\nlet x = 1 // <one>", "#!time\nvar x = 1;", "#!share x --from fsharp\n#!javascript\nvar x = 1;");
        Assert.Contains(">let x = 1 // &lt;one&gt;\n</span>", page.Content);
        Assert.Contains("<span class=\"k\">var</span> x = <span class=\"n\">1</span>;\n</span>", page.Content);
        Assert.Contains(">#!javascript\n</span><span class=\"line\" style=\"--indent:0\">var x = 1;\n</span></code>", page.Content);
    }

    private static HtmlPage Page(Workspace workspace, params string[] cells) => HtmlPage.Render(Notebook.Read(workspace.WriteNotebook("a.ipynb", cells)), workspace.Folder);
}
