using LstmLab.Jupyter.Export;
using Xunit;

namespace LstmLab.Tests.Jupyter;

public class TexTests
{
    [Theory]
    [InlineData("x_t", "<msub><mi>x</mi><mi>t</mi></msub>")]
    [InlineData(@"\mathbb{R}", "<span class=\"mord mathbb\">R</span>")]
    [InlineData(@"\frac{a}{2.5}", "<mfrac><mi>a</mi><mn>2.5</mn></mfrac>")]
    [InlineData(@"\text{损失}", "损失")]
    public void Sets_a_formula_and_adds_its_MathML(string formula, string expected)
    {
        string html = new Tex().ToHtml(formula, display: false);
        Assert.StartsWith("<span class=\"katex\"><span class=\"katex-mathml\"><math", html);
        Assert.Contains(expected, html);
    }

    [Fact]
    public void Displayed_formulas_are_blocks() => Assert.StartsWith("<span class=\"katex-display\">", new Tex().ToHtml("x", display: true));

    [Theory]
    [InlineData(@"a + \foo", @"Undefined control sequence: \foo at character 5")]
    [InlineData(@"\begin{foo}x\end{foo}", "No such environment: foo at character 7")]
    [InlineData("{a", "Expected '}', got 'EOF' at character 3")]
    [InlineData("a}", "Expected 'EOF', got '}' at character 2")]
    [InlineData("a_b_c", "Double subscript at character 4")]
    [InlineData(@"\begin{bmatrix} a \end{pmatrix}", @"Mismatch: \begin{bmatrix} matched by \end{pmatrix} at character 19")]
    public void Refuses(string formula, string message) => Assert.Equal(message, Assert.Throws<TexException>(() => new Tex().ToHtml(formula, display: false)).Message);

    [Fact]
    public void A_command_that_a_formula_defines_holds_for_the_page_even_if_KaTeX_has_one_of_that_name()
    {
        var page = new Tex();
        page.ToHtml(@"\newcommand{\R}{\mathbf{r}} \newcommand{\loss}{\mathcal{L}} \newcommand{\loss}{\ell}", display: false);
        Assert.Contains("<mi mathvariant=\"bold\">r</mi><mo separator=\"true\">,</mo><mi mathvariant=\"normal\">ℓ</mi>", page.ToHtml(@"\R, \loss", display: false));
        Assert.Throws<TexException>(() => new Tex().ToHtml(@"\loss", display: false));
    }

    [Fact]
    public void The_style_holds_its_fonts()
    {
        Assert.Contains("font-family:KaTeX_Main;font-style:normal;font-weight:400;src:url(data:font/woff2;base64,", Tex.Style());
        Assert.DoesNotContain("url(fonts", Tex.Style());
    }
}
