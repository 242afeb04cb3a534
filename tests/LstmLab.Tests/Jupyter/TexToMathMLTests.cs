using LstmLab.Jupyter.Export;
using Xunit;

namespace LstmLab.Tests.Jupyter;

public class TexToMathMLTests
{
    [Theory]
    [InlineData("x_t", "<msub><mi>x</mi><mi>t</mi></msub>")]
    [InlineData("x_{t-1}^{2}", "<msubsup><mi>x</mi><mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow><mrow><mrow><mn>2</mn></mrow></mrow></msubsup>")]
    [InlineData("f'(x)", "<msup><mi>f</mi><mrow><mo>′</mo></mrow></msup><mo stretchy=\"false\">(</mo><mi>x</mi><mo stretchy=\"false\">)</mo>")]
    [InlineData(@"\frac{a}{2.5}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mn>2.5</mn></mrow></mfrac>")]
    [InlineData(@"\sqrt[3]{x}", "<mroot><mrow><mi>x</mi></mrow><mrow><mn>3</mn></mrow></mroot>")]
    [InlineData(@"\sigma \odot \Sigma", "<mi>σ</mi><mo>⊙</mo><mi mathvariant=\"normal\">Σ</mi>")]
    [InlineData(@"\tanh(c)", "<mi mathvariant=\"normal\">tanh</mi><mo stretchy=\"false\">(</mo><mi>c</mi><mo stretchy=\"false\">)</mo>")]
    [InlineData(@"\sum_{t}^{T}", "<munderover><mo movablelimits=\"true\">∑</mo><mrow><mi>t</mi></mrow><mrow><mrow><mi>T</mi></mrow></mrow></munderover>")]
    [InlineData(@"\mathbb{R}\mathbf{W}\mathrm{d}", "<mi>ℝ</mi><mi>𝐖</mi><mi mathvariant=\"normal\">d</mi>")]
    [InlineData(@"\tilde{c}", "<mover accent=\"true\"><mrow><mi>c</mi></mrow><mo stretchy=\"false\">~</mo></mover>")]
    [InlineData(@"\text{if } a<b", "<mtext>if\u00A0</mtext><mi>a</mi><mo>&lt;</mo><mi>b</mi>")]
    [InlineData(@"\left\| x \right.", "<mrow><mo stretchy=\"true\" lspace=\"0\" rspace=\"0\">‖</mo><mrow><mi>x</mi></mrow></mrow>")]
    [InlineData(@"\begin{aligned} a &= b \\ c \end{aligned}",
        "<mrow><mtable class=\"aligned\" displaystyle=\"true\"><mtr><mtd><mrow><mi>a</mi></mrow></mtd><mtd><mrow><mo>=</mo><mi>b</mi></mrow></mtd></mtr>" +
        "<mtr><mtd><mrow><mi>c</mi></mrow></mtd></mtr></mtable></mrow>")]
    public void Converts(string tex, string expected) =>
        Assert.Equal($"<math><mrow>{expected}</mrow></math>", TexToMathML.Convert(tex, display: false));

    [Fact]
    public void Displayed_formulas_are_blocks() => Assert.StartsWith("<math display=\"block\">", TexToMathML.Convert("x", display: true));

    [Theory]
    [InlineData(@"a + \foo", @"unknown command \foo")]
    [InlineData(@"\begin{array}x\end{array}", @"unknown environment \begin{array}")]
    [InlineData("{a", "missing }")]
    [InlineData("a}", "unexpected }")]
    [InlineData("a_b_c", "double subscript")]
    [InlineData(@"\frac{a}", @"an argument is missing at the end of '\frac{a}'")]
    [InlineData(@"\left( a", @"missing \right")]
    [InlineData(@"\begin{cases} a", @"missing \end{cases}")]
    [InlineData(@"\begin{bmatrix} a \end{pmatrix}", @"\begin{bmatrix} ends with \end{pmatrix}")]
    public void Refuses(string tex, string message) => Assert.Equal(message, Assert.Throws<TexException>(() => TexToMathML.Convert(tex, display: false)).Message);
}
