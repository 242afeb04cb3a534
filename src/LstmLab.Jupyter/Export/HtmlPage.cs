using System.Text;
using System.Text.Json.Nodes;
using LstmLab.Jupyter.Notebooks;

namespace LstmLab.Jupyter.Export;

/// <summary>An executed notebook as one self-contained page. What it says of itself names notebook and cell.</summary>
/// <param name="Content">The HTML.</param>
/// <param name="Errors">Formulas that could not be set.</param>
/// <param name="Notes">What the page lacks, such as pictures from the network.</param>
internal sealed record HtmlPage(string Content, IReadOnlyList<string> Errors, IReadOnlyList<string> Notes)
{
    private static readonly PageText ShowCode = new("Show the code", "显示代码");
    private static readonly PageText ShowSolution = new("Show the solution", "显示答案");

    // A solution is folded when its figures have been drawn, since they measure their place.
    private const string FoldNow = "<script>document.currentScript.previousElementSibling.open = false;</script>\n";

    /// <summary>Renders the notebook.</summary>
    /// <param name="notebook">The notebook, executed.</param>
    /// <param name="pageFolder">The folder in which the page will lie, since links lead from there.</param>
    /// <param name="series">The notebooks to whose pages it links; none by default.</param>
    public static HtmlPage Render(Notebook notebook, string pageFolder, NotebookSeries? series = null)
    {
        series ??= new NotebookSeries([], readme: null, index: null);
        var folder = Path.GetDirectoryName(Path.GetFullPath(notebook.Path))!;
        pageFolder = Path.GetFullPath(pageFolder);
        var csharp = notebook.Cells.Where(cell => cell.IsExecutable && CodeHighlighter.IsCSharp(cell.Source)).ToList();
        var code = new Queue<string>(CodeHighlighter.Highlight([.. csharp.Select(cell => cell.Source)], folder));
        var markdown = new MarkdownRenderer(folder, pageFolder, series, [.. notebook.Cells.Select(cell => cell.Id)]);
        var isBilingual = notebook.Cells.Any(cell => cell.Language == "zh");
        var (errors, notes) = (new List<string>(), new List<string>());
        var body = new StringBuilder();
        foreach (var (cell, next) in notebook.Cells.Zip(notebook.Cells.Skip(1).Append(null)))
        {
            markdown.StartCell(cell);
            if (cell.IsMarkdown)
            {
                // A text without a language is English if its Chinese twin follows; else it is for both.
                var language = cell.Language ?? (next is { IsMarkdown: true, Language: "zh" } ? "en" : null);
                var lang = language is null ? "" : $" lang=\"{Html.Encode(language)}\"";
                body.Append($"<section class=\"text\" id=\"{Html.Encode(cell.Id)}\"{lang}>\n")
                    .Append($"{markdown.RenderText(cell.Source, language)}</section>\n");
            }
            else if (cell.IsExecutable)
            {
                var source = csharp.Contains(cell) ? code.Dequeue() : Html.Encode(cell.Source);
                body.Append($"<section class=\"code\" id=\"{Html.Encode(cell.Id)}\" data-count=\"{cell.ExecutionCount}\">\n")
                    .Append(Folded(cell, CodeLines.Of(source), Outputs(cell, markdown, folder), isBilingual))
                    .Append("</section>\n");
            }

            errors.AddRange(markdown.Errors.Select(Placed));
            notes.AddRange(markdown.Notes.Select(Placed));

            string Placed(string message) => $"{notebook.Path}, cell {cell.Index}: {message}";
        }

        var frame = new PageFrame(
            NotebookSeries.Title(notebook), isBilingual, markdown.Headings, series.Index(pageFolder),
            series.Neighbor(notebook.Path, -1, pageFolder), series.Neighbor(notebook.Path, 1, pageFolder));
        return new HtmlPage(frame.Around(body.ToString()), errors, notes);
    }

    private static string Outputs(NotebookCell cell, MarkdownRenderer markdown, string folder) =>
        string.Concat(cell.Outputs.OfType<JsonObject>().Select(output => PageOutput.Of(output, markdown, folder)));

    /// <summary>Code and outputs: a solution is folded with both, and elsewhere the code is if the cell says so.</summary>
    private static string Folded(NotebookCell cell, string code, string outputs, bool isBilingual)
    {
        return cell.IsSolution ? Fold("class=\"solution\" open", ShowSolution, code + outputs) + FoldNow
            : cell.IsSourceHidden ? Fold("class=\"source\"", ShowCode, code) + outputs
            : code + outputs;

        string Fold(string attributes, PageText words, string content) =>
            $"<details {attributes}><summary>{words.ToHtml(isBilingual)}</summary>\n{content}</details>\n";
    }
}
