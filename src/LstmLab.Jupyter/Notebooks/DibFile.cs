using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Documents;

namespace LstmLab.Jupyter.Notebooks;

/// <summary>
/// Reads a .dib file, the text format of Polyglot Notebooks: a line such as <c>#!fsharp</c> begins a cell and names its kernel.
/// </summary>
internal static class DibFile
{
    private const string Markdown = "markdown";

    private const string Metadata = """
        {
          "kernelspec": { "display_name": "C# (LstmLab)", "language": "C#", "name": "lstmlab" },
          "language_info": { "file_extension": ".cs", "mimetype": "text/x-csharp", "name": "C#", "pygments_lexer": "csharp" }
        }
        """;

    /// <summary>The notebook of nbformat 4.5 that says the same. Cells that are not C# name their kernel.</summary>
    public static JsonObject Parse(string text)
    {
        KernelInfoCollection kernels = [new KernelInfo(Markdown, "Markdown", ["md"])];
        kernels.DefaultKernelName = Languages.Default;
        kernels.AddRange(Languages.Kernels.Select(kernel => new KernelInfo(kernel.Key, kernel.Key, kernel.Value)));
        var document = CodeSubmission.Parse(text.ReplaceLineEndings("\n"), kernels);
        var cells = document.Elements.Where(element => !string.IsNullOrWhiteSpace(element.Contents));
        return new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select(Cell)]),
            ["metadata"] = JsonNode.Parse(Metadata),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
    }

    private static JsonObject Cell(InteractiveDocumentElement element)
    {
        var cell = new JsonObject
        {
            ["cell_type"] = Markdown,
            ["metadata"] = new JsonObject(),
            ["source"] = NotebookCell.Lines(element.Contents),
        };
        if (element.KernelName == Markdown) return cell;

        (cell["cell_type"], cell["execution_count"], cell["outputs"]) = ("code", null, new JsonArray());
        if (element.KernelName is { } kernel and not Languages.Default)
        {
            cell["metadata"] = new JsonObject
            {
                ["dotnet_interactive"] = new JsonObject { ["language"] = kernel },
                ["polyglot_notebook"] = new JsonObject { ["kernelName"] = kernel },
            };
        }

        return cell;
    }
}
