using System.Text;
using System.Text.Json.Nodes;
using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Notebooks;

namespace LstmLab.Jupyter.Export;

/// <summary>An executed notebook as one self-contained page. What it says of itself names notebook and cell.</summary>
/// <param name="Content">The HTML.</param>
/// <param name="Errors">Formulas that could not be set.</param>
/// <param name="Notes">What the page lacks, such as pictures from the network.</param>
internal sealed record HtmlPage(string Content, IReadOnlyList<string> Errors, IReadOnlyList<string> Notes)
{
    private static readonly string[] Preferred =
    [
        "text/html", "application/javascript", "text/javascript", "image/svg+xml", "text/latex",
        "image/png", "image/jpeg", "image/gif", "image/webp", "text/markdown", "text/plain",
    ];

    /// <summary>Renders the notebook for a page that will lie in the folder, since links lead from there.</summary>
    public static HtmlPage Render(Notebook notebook, string pageFolder)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(notebook.Path))!;
        var csharp = notebook.Cells.Where(cell => cell.IsExecutable && CodeHighlighter.IsCSharp(cell.Source)).ToList();
        var code = new Queue<string>(CodeHighlighter.Highlight([.. csharp.Select(cell => cell.Source)], folder));
        var markdown = new MarkdownRenderer(folder, Path.GetFullPath(pageFolder));
        var (errors, notes) = (new List<string>(), new List<string>());
        var body = new StringBuilder();
        foreach (var cell in notebook.Cells)
        {
            markdown.StartCell(cell);
            if (cell.IsMarkdown)
            {
                body.Append($"<section class=\"text\">\n{markdown.Render(cell.Source)}</section>\n");
            }
            else if (cell.IsExecutable)
            {
                var source = csharp.Contains(cell) ? code.Dequeue() : Html.Encode(cell.Source);
                body.Append($"<section class=\"code\" data-count=\"{cell.ExecutionCount}\">\n")
                    .Append($"<pre class=\"source\" tabindex=\"0\"><code>{source}</code></pre>\n");
                foreach (var output in cell.Outputs.OfType<JsonObject>())
                {
                    body.Append(Output(output, markdown, folder));
                }

                body.Append("</section>\n");
            }

            errors.AddRange(markdown.Errors.Select(Placed));
            notes.AddRange(markdown.Notes.Select(Placed));

            string Placed(string message) => $"{notebook.Path}, cell {cell.Index}: {message}";
        }

        var html = body.ToString();
        var hasDiagrams = html.Contains("<div id=\"mermaid-", StringComparison.Ordinal)
            && !html.Contains(Mermaid.LibraryStart, StringComparison.Ordinal);
        var title = notebook.Cells
            .Where(cell => cell.IsMarkdown)
            .Select(cell => MarkdownRenderer.Title(cell.Source))
            .FirstOrDefault(found => found is not null)
            ?? Path.GetFileNameWithoutExtension(notebook.Path);
        return new HtmlPage($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{OfflineHtml.Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Html.Encode(title)}</title>
            <style>
            {Resource.Text("page.css")}{(html.Contains("class=\"katex\"", StringComparison.Ordinal) ? Tex.Style() : "")}</style>
            </head>
            <body>
            <main>
            {html}</main>
            {(hasDiagrams ? Mermaid.Library() : "")}
            </body>
            </html>

            """, errors, notes);
    }

    private static string Output(JsonObject output, MarkdownRenderer markdown, string folder)
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
