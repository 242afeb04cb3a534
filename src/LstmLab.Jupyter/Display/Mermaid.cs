using System.Security.Cryptography;
using System.Text;

namespace LstmLab.Jupyter.Display;

/// <summary>Diagrams in the Mermaid language. The reader's browser draws them with mermaid.js, which the page holds once.</summary>
internal static class Mermaid
{
    /// <summary>What the library's element begins with.</summary>
    public const string LibraryStart = "<script data-library=\"mermaid\">";

    // Where RequireJS is loaded (classic Jupyter), a part of the library might register with it instead of being used.
    private const string Before = "window.lstmlabDefine = window.define; window.define = undefined;</script>\n<script>";
    private const string After = "</script>\n<script>window.define = window.lstmlabDefine; delete window.lstmlabDefine;</script>";

    // A front end may run the script before it attaches the element, or before the library has run: the script asks again for five seconds.
    private const string Script = """
        (function draw(asked) {
          var places = document.querySelectorAll('[id="{ID}"]');
          if (!window.mermaid || places.length === 0) { if (asked < 50) setTimeout(draw, 100, asked + 1); return; }
          window.mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: 'neutral', suppressErrorRendering: true });
          places.forEach(function (place) {
            if (place.dataset.drawn) return;
            place.dataset.drawn = 'yes';
            window.lstmlabDiagrams = (window.lstmlabDiagrams || 0) + 1;
            window.mermaid.render('{ID}-' + window.lstmlabDiagrams, place.textContent).then(
              function (drawn) { place.innerHTML = drawn.svg; },
              function (error) { place.appendChild(document.createElement('pre')).textContent = error.message; place.lastChild.style.color = '#cf222e'; });
          });
        })(0);
        """;

    /// <summary>The script elements that put mermaid.js on a page: 3.6 MB, so that diagrams are drawn without a network.</summary>
    public static string Library() => LibraryStart + Before + Resource.Text("mermaid.min.js") + After;

    /// <summary>One diagram. Its source stays where no script runs or the library is missing; a syntax error is shown below it.</summary>
    public static string Diagram(string source)
    {
        var id = "mermaid-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)))[..12];
        var script = Script.Replace("{ID}", id, StringComparison.Ordinal);
        return $"<div id=\"{id}\" style=\"background:#fff;color:#1f2328\"><pre>{Html.Encode(source)}</pre></div>\n"
            + $"<script>\n{script}\n</script>";
    }
}
