using System.Text;
using System.Text.RegularExpressions;

namespace LstmLab.Jupyter.Export;

/// <summary>Code whose long lines wrap on the page, indented a little deeper than they begin.</summary>
internal static partial class CodeLines
{
    /// <summary>The element of colored code. Its text is that of the code, so that copying it gives the code.</summary>
    /// <param name="html">The code as HTML; no element goes over the end of a line.</param>
    public static string Of(string html)
    {
        var lines = new StringBuilder("<pre class=\"source\" tabindex=\"0\"><code>");
        foreach (var line in html.TrimEnd('\n').Split('\n'))
        {
            var indent = Indent().Match(line).Groups[1].Length;
            lines.Append($"<span class=\"line\" style=\"--indent:{indent}\">{line}\n</span>");
        }

        return lines.Append("</code></pre>\n").ToString();
    }

    [GeneratedRegex("^(?:<[^>]+>)*( *)")]
    private static partial Regex Indent();
}
