using System.Text.Json.Nodes;
using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Notebooks;

namespace LstmLab.Jupyter.Export;

/// <summary>One output of a cell as HTML, in the first of its forms that a page can show.</summary>
internal static class PageOutput
{
    private static readonly string[] Preferred =
    [
        "text/html", "application/javascript", "text/javascript", "image/svg+xml", "text/latex",
        "image/png", "image/jpeg", "image/gif", "image/webp", "text/markdown", "text/plain",
    ];

    /// <summary>The HTML of an output as the notebook stores it; empty if it has no form that a page can show.</summary>
    public static string Of(JsonObject output, MarkdownRenderer markdown, string folder)
    {
        switch ((string?)output["output_type"])
        {
            case "stream":
                return $"<pre class=\"output {output["name"]}\" tabindex=\"0\">{Encode(output["text"])}</pre>\n";
            case "error":
                return $"<pre class=\"output error\" tabindex=\"0\">{Encode(string.Join('\n', output["traceback"]!.AsArray()))}</pre>\n";
        }

        var data = output["data"]!.AsObject();
        var mimeType = Preferred.FirstOrDefault(data.ContainsKey)
            ?? data
                .Select(pair => pair.Key)
                .FirstOrDefault(key => MimeBundle.IsJson(key) || key.StartsWith("text/", StringComparison.Ordinal));
        if (mimeType is null) return "";

        // What HTML of an output lacks is named in its place only; a note is for a Markdown cell, which its author can mend.
        var text = NotebookCell.Join(data[mimeType]) ?? data[mimeType]!.ToJsonString();
        return mimeType switch
        {
            "text/html" => $"<div class=\"output\" tabindex=\"0\">\n{OfflineHtml.Of(text, folder, [])}\n</div>\n",
            "application/javascript" or "text/javascript" => $"<div class=\"output\"><script>\n{Script(text)}\n</script></div>\n",
            "image/svg+xml" =>
                "<div class=\"output\">\n"
                + OfflineHtml.Of(text[Math.Max(0, text.IndexOf("<svg", StringComparison.Ordinal))..], folder, [])
                + "\n</div>\n",
            "text/latex" => $"<div class=\"output\">\n{markdown.RenderLatex(text)}</div>\n",
            "text/markdown" => $"<div class=\"output\">\n{markdown.Render(text)}</div>\n",
            _ when mimeType.StartsWith("image/", StringComparison.Ordinal) =>
                $"<div class=\"output\"><img alt=\"{Encode(data["text/plain"])}\" src=\"data:{mimeType};base64,{text}\"></div>\n",
            _ => $"<pre class=\"output\" tabindex=\"0\">{Html.Encode(text)}</pre>\n",
        };
    }

    /// <summary>As in Jupyter, a script output is a function's body, and <c>element</c> is where it may show something.</summary>
    private static string Script(string text) =>
        "(function (element) {\n"
        + text.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)
        + "\n})(document.currentScript.parentElement);";

    private static string Encode(JsonNode? text) => Html.Encode(NotebookCell.Join(text) ?? "");
}
