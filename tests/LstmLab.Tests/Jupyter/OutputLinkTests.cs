using LstmLab.Jupyter.Export;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>Links in the HTML of an output lead from page to page, as those of a text do.</summary>
public class OutputLinkTests
{
    [Theory]
    [InlineData("<a href=\"01-gates.ipynb#c24\">x</a>", "<a href=\"01-gates.html#c24\">x</a>")]
    [InlineData("<p><a class=\"k\" href=\"a.ipynb\">x</a></p>", "<p><a class=\"k\" href=\"a.html\">x</a></p>")]
    [InlineData("<a href=\"https://example.org/a.ipynb\">x</a>", "<a href=\"https://example.org/a.ipynb\">x</a>")]
    [InlineData("<a href=\"a.csv\">a.ipynb</a>", "<a href=\"a.csv\">a.ipynb</a>")]
    public void A_link_to_a_notebook_beside_leads_to_its_page(string stored, string shown) =>
        Assert.Equal(shown, OfflineHtml.Of(stored, ".", []));
}
