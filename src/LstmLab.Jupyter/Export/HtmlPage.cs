using System.Text;
using System.Text.Json.Nodes;
using LstmLab.Jupyter.Notebooks;

namespace LstmLab.Jupyter.Export;

/// <summary>An executed notebook as one self-contained page, and what could not be rendered, each error with notebook and cell.</summary>
internal sealed record HtmlPage(string Content, IReadOnlyList<string> Errors)
{
    private static readonly string[] Preferred = ["text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/plain"];

    /// <summary>Renders the notebook for a page that will lie in the folder, since links lead from there.</summary>
    public static HtmlPage Render(Notebook notebook, string pageFolder)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(notebook.Path))!;
        var code = new Queue<string>(CodeHighlighter.Highlight([.. notebook.Cells.Where(cell => cell.IsExecutable).Select(cell => cell.Source)], folder));
        var markdown = new MarkdownRenderer(folder, Path.GetFullPath(pageFolder));
        var errors = new List<string>();
        var body = new StringBuilder();
        foreach (var cell in notebook.Cells)
        {
            var cellErrors = new List<string>();
            if (cell.IsMarkdown)
            {
                body.Append($"<section class=\"text\">\n{markdown.Render(cell.Source, cellErrors)}</section>\n");
            }
            else if (cell.IsExecutable)
            {
                body.Append($"<section class=\"code\" data-count=\"{cell.ExecutionCount}\">\n<pre class=\"source\" tabindex=\"0\"><code>{code.Dequeue()}</code></pre>\n");
                foreach (var output in cell.Outputs.OfType<JsonObject>())
                {
                    body.Append(Output(output, markdown, cellErrors));
                }

                body.Append("</section>\n");
            }

            errors.AddRange(cellErrors.Select(error => $"{notebook.Path}, cell {cell.Index}: {error}"));
        }

        var title = notebook.Cells.Where(cell => cell.IsMarkdown).Select(cell => MarkdownRenderer.Title(cell.Source)).FirstOrDefault(found => found is not null)
            ?? Path.GetFileNameWithoutExtension(notebook.Path);
        return new HtmlPage($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Html.Encode(title)}</title>
            <style>
            {Style()}</style>
            </head>
            <body>
            <main>
            {body}</main>
            </body>
            </html>

            """, errors);
    }

    private static string Output(JsonObject output, MarkdownRenderer markdown, List<string> errors)
    {
        switch ((string?)output["output_type"])
        {
            case "stream":
                return $"<pre class=\"output {output["name"]}\" tabindex=\"0\">{Encode(output["text"])}</pre>\n";
            case "error":
                return $"<pre class=\"output error\" tabindex=\"0\">{Encode(string.Join('\n', output["traceback"]!.AsArray()))}</pre>\n";
        }

        var data = output["data"]!.AsObject();
        if (Preferred.FirstOrDefault(data.ContainsKey) is not { } mimeType)
        {
            return "";
        }

        var text = NotebookCell.Join(data[mimeType])!;
        return mimeType switch
        {
            "text/html" => $"<div class=\"output\" tabindex=\"0\">\n{text}\n</div>\n",
            "image/svg+xml" => $"<div class=\"output\">\n{text[Math.Max(0, text.IndexOf("<svg", StringComparison.Ordinal))..]}\n</div>\n",
            "text/markdown" => $"<div class=\"output\">\n{markdown.Render(text, errors)}</div>\n",
            "text/plain" => $"<pre class=\"output\" tabindex=\"0\">{Html.Encode(text)}</pre>\n",
            _ => $"<div class=\"output\"><img alt=\"{Encode(data["text/plain"])}\" src=\"data:{mimeType};base64,{text}\"></div>\n",
        };
    }

    private static string Encode(JsonNode? text) => Html.Encode(NotebookCell.Join(text) ?? "");

    private static string Style()
    {
        using var reader = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream("page.css")!);
        return reader.ReadToEnd();
    }
}
