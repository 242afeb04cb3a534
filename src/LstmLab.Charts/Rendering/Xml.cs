using System.Text;

namespace LstmLab.Charts.Rendering;

/// <summary>Text for XML and HTML.</summary>
internal static class Xml
{
    /// <summary>Escapes the five reserved characters and drops what XML 1.0 does not allow.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                < ' ' and not '\n' and not '\t' => escaped,
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}
