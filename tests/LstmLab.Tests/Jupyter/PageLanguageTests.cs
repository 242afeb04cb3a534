using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LstmLab.Jupyter.Export;
using LstmLab.Jupyter.Notebooks;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>Two languages on one page, its contents, and what is folded.</summary>
public class PageLanguageTests
{
    [Fact]
    public void A_text_is_English_if_its_Chinese_twin_follows()
    {
        string page = Page(Text("a", "# Title"), Text("b", "# 标题", "zh"), Text("c", "For both"));
        Assert.Contains("<section class=\"text\" id=\"a\" lang=\"en\">", page);
        Assert.Contains("<section class=\"text\" id=\"b\" lang=\"zh\">", page);
        Assert.Contains("<section class=\"text\" id=\"c\">", page);
        Assert.Contains("data-english=\"Title\" data-chinese=\"标题\"", page);
        Assert.Equal(2, Regex.Count(page, "<button type=\"button\" data-language="));
    }

    [Fact]
    public void A_notebook_in_one_language_has_no_switch()
    {
        string page = Page(Text("a", "# Title"), Text("b", "## Section"), Code("c", "1", isHidden: true));
        Assert.DoesNotContain("<button", page);
        Assert.DoesNotContain("<section class=\"text\" id=\"a\" lang", page);
        Assert.Contains("<summary>Show the code</summary>", page);
    }

    [Fact]
    public void The_contents_list_the_headings_of_each_language_by_ids_that_are_unique()
    {
        string page = Page(
            Text("a", "# T"), Text("b", "# 题", "zh"), Text("same", "## Same *word* [x](https://example.org)"), Text("d", "## 同", "zh"), Text("e", "### Same\n#### Deep"), Code("word", "1"));
        string contents = Regex.Match(page, "<nav>\n<ul.*?</nav>", RegexOptions.Singleline).Value;
        Assert.Equal(
            "<ul lang=\"en\">\n<li class=\"level2\"><a href=\"#same-word-x\">Same <em>word</em> x</a></li>\n<li class=\"level3\"><a href=\"#same-2\">Same</a></li>\n</ul>\n"
            + "<ul lang=\"zh\">\n<li class=\"level2\"><a href=\"#同\">同</a></li>\n<li class=\"level3\"><a href=\"#same-2\">Same</a></li>\n</ul>\n",
            contents["<nav>\n".Length..^"</nav>".Length]);
        string[] ids = [.. Regex.Matches(page, " id=\"([^\"]*)\"").Select(id => id.Groups[1].Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Regex.Matches(contents, "href=\"#([^\"]*)\""), link => Assert.Contains(link.Groups[1].Value, ids));
    }

    [Fact]
    public void Code_is_folded_where_the_cell_says_so_and_a_solution_with_its_outputs()
    {
        JsonObject hidden = Code("a", "1", isHidden: true), solution = Code("b", "2", isHidden: true, tag: "solution"), open = Code("c", "3");
        string page = Page(Text("t", "# T"), Text("z", "# 题", "zh"), hidden, solution, open);
        const string output = "<pre class=\"output stdout\" tabindex=\"0\">";
        Assert.Matches($"id=\"a\"[^>]*>\n<details class=\"source\"><summary><span lang=\"en\">Show the code</span><span lang=\"zh\">显示代码</span></summary>\n<pre.*</pre>\n</details>\n{output}1", Flat(page));
        Assert.Matches($"id=\"b\"[^>]*>\n<details class=\"solution\" open><summary><span lang=\"en\">Show the solution</span><span lang=\"zh\">显示答案</span></summary>\n<pre[^\n]*</pre>\n{output}2</pre>\n</details>\n<script>document.currentScript", Flat(page));
        Assert.Matches("id=\"c\"[^>]*>\n<pre class=\"source\"", page);

        static string Flat(string html) => html.Replace("\n</span>", "</span>", StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_line_wraps_deeper_than_it_begins_and_no_color_crosses_lines()
    {
        string page = Page(Code("a", "if (true)\n{\n    /* one\n       two */\n    display(1);\n\n}"));
        string code = Regex.Match(page, "<code>(.*)</code>", RegexOptions.Singleline).Groups[1].Value;
        Assert.Equal(["0", "0", "4", "7", "4", "0", "0"], Regex.Matches(code, "--indent:(\\d+)").Select(indent => indent.Groups[1].Value));
        Assert.Contains("<span class=\"c\">/* one</span>\n</span>", code);
        Assert.Contains("<span class=\"c\">       two */</span>\n</span>", code);
    }

    private static JsonObject Text(string id, string source, string? language = null) => new()
    {
        ["cell_type"] = "markdown",
        ["id"] = id,
        ["metadata"] = language is null ? new JsonObject() : new JsonObject { ["lang"] = language },
        ["source"] = source,
    };

    private static JsonObject Code(string id, string source, bool isHidden = false, string? tag = null) => new()
    {
        ["cell_type"] = "code",
        ["id"] = id,
        ["metadata"] = new JsonObject { ["jupyter"] = new JsonObject { ["source_hidden"] = isHidden }, ["tags"] = tag is null ? null : new JsonArray(tag) },
        ["source"] = source,
        ["outputs"] = new JsonArray(new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = source }),
        ["execution_count"] = 1,
    };

    private static string Page(params JsonObject[] cells)
    {
        using var workspace = new Workspace();
        var notebook = new JsonObject { ["nbformat"] = 4, ["nbformat_minor"] = 5, ["metadata"] = new JsonObject(), ["cells"] = new JsonArray([.. cells]) };
        return HtmlPage.Render(Notebook.Read(workspace.Write("a.ipynb", notebook.ToJsonString())), workspace.Folder).Content;
    }
}
