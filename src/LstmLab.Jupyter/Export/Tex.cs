using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace LstmLab.Jupyter.Export;

/// <summary>A formula that KaTeX refuses; the message says what and where.</summary>
internal sealed class TexException(string message, Exception inner) : Exception(message, inner);

/// <summary>
/// The formulas of one page. KaTeX sets them, run by a JavaScript interpreter of this process that starts with the first
/// formula, and the page holds KaTeX's style and fonts. Browsers that get MathML alone do not draw boxes, rules and stretched
/// accents, align no columns, and depend on installed fonts.
/// </summary>
internal sealed partial class Tex
{
    // MathJax, which shows the same notebook elsewhere, lets \newcommand replace a command.
    private const string Render = """
        function render(tex, displayMode, macros) {
          try {
            return katex.renderToString(tex, { displayMode, macros, globalGroup: true, strict: 'ignore' });
          } catch (error) {
            const known = /^\\newcommand\{(.+)\} attempting to redefine/.exec(error.rawMessage);
            if (!known || !tex.includes(`\\newcommand{${known[1]}}`)) throw error;
            return render(tex.replace(`\\newcommand{${known[1]}}`, `\\renewcommand{${known[1]}}`), displayMode, macros);
          }
        }
        """;

    private static readonly Lazy<Engine> Katex = new(() => new Engine().Execute(Resource.Text("katex.min.js")).Execute(Render));

    // What \newcommand defines holds for the formulas after it, as in Jupyter.
    private JsValue? macros;

    /// <summary>KaTeX's style with its fonts inside: what a page with formulas needs.</summary>
    public static string Style() => FontFile().Replace(Resource.Text("katex.min.css"),
        font => $"src:url(data:font/woff2;base64,{Convert.ToBase64String(Resource.Bytes(font.Groups[1].Value))})");

    /// <summary>HTML of a formula, with its MathML for screen readers.</summary>
    /// <exception cref="TexException">The formula uses an unknown command or is not well formed.</exception>
    public string ToHtml(string tex, bool display)
    {
        lock (Katex)
        {
            try
            {
                macros ??= new JsObject(Katex.Value);
                return Katex.Value.Invoke("render", tex.Trim(), display, macros).AsString();
            }
            catch (JavaScriptException exception)
                when (exception.Error is ObjectInstance error && error.Get("rawMessage") is JsString message)
            {
                var place = error.Get("position") is JsNumber position ? $" at character {(int)position.AsNumber() + 1}" : "";
                throw new TexException($"{message}{place}", exception);
            }
        }
    }

    [GeneratedRegex(@"src:url\(fonts/([\w-]+\.woff2)\)[^}]*")]
    private static partial Regex FontFile();
}
