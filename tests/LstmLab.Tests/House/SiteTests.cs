using LstmLab.Tests.Jupyter;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>The check of the documentation site finds what is broken, and its sources hold what is linked.</summary>
public class SiteTests
{
    [Fact]
    public void Links_and_anchors_that_lead_nowhere_are_named()
    {
        using Workspace site = new();
        site.Write("index.html", """
            <a href="sub/b.html#here">fine</a> <a class="x" href="sub/b.html?lang=zh#%E9%97%A8">fine</a> <a href="sub/">no index</a> <a href="#top">no anchor</a>
            <a href="https://example.org/none">not looked at</a> <img alt="" src="none.png"> <script>var html = '<a href="script.html">';</script>
            """);
        site.Write("sub/b.html", """<h2 id="here">b</h2><a name="门"></a><a href="../index.html">fine</a><a href="../../out.html">out</a><a href="none.html#a&amp;b">gone</a>""");
        Assert.Equal(
        [
            "index.html: sub/: no such file",
            "index.html: #top: no such anchor",
            "index.html: none.png: no such file",
            "sub/b.html: ../../out.html: leads out of the site",
            "sub/b.html: none.html#a&b: no such file",
        ], SiteLinks.Broken(Path.GetRelativePath(Environment.CurrentDirectory, site.Folder)));
    }

    [Fact]
    public void The_sources_of_the_site_hold_each_guide_and_what_it_links_to()
    {
        using Workspace site = new();
        SiteSources.Write(site.Folder);
        string contents = File.ReadAllText(Path.Combine(site.Folder, "docs", "guides", "toc.yml"));
        foreach (string guide in Directory.EnumerateFiles(Repository.PathOf("docs", "guides"), "*.md"))
        {
            Assert.Contains($"href: {Path.GetFileName(guide)}\n", contents, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(site.Folder, "docs", "guides", Path.GetFileName(guide))));
        }

        string home = File.ReadAllText(Path.Combine(site.Folder, "index.md"));
        Assert.Contains("](notebooks/01-gates.html)", home, StringComparison.Ordinal);
        Assert.Contains("](LICENSE.md)", home, StringComparison.Ordinal);
        string equations = File.ReadAllText(Path.Combine(site.Folder, "src", "LstmLab", "Equations", "index.md"));
        Assert.Contains("- [StandardCell.cs](StandardCell.cs.md)\n", equations, StringComparison.Ordinal);
        string loss = File.ReadAllText(Path.Combine(site.Folder, "src", "LstmLab", "Losses", "QuantileLoss.cs.md"));
        Assert.StartsWith("# src/LstmLab/Losses/QuantileLoss.cs\n\n````csharp\n", loss, StringComparison.Ordinal);
    }
}
