using System.Text.Json.Nodes;

namespace LstmLab.Jupyter.Notebooks;

/// <summary>Which kernel a notebook or a cell is for, by metadata that each editor writes in its own way.</summary>
internal static class Languages
{
    public const string Default = "csharp";

    /// <summary>What Polyglot Notebooks writes where other editors name a language.</summary>
    private const string Any = "polyglot-notebook";

    /// <summary>The kernels, with the names of their languages and of their entries in Jupyter.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Kernels = new Dictionary<string, string[]>
    {
        [Default] = ["C#", "c#", "cs", ".net-csharp", "lstmlab"],
        ["fsharp"] = ["F#", "f#", "fs", ".net-fsharp"],
        ["pwsh"] = ["PowerShell", "powershell", ".net-powershell"],
        ["html"] = ["HTML"],
        ["javascript"] = ["js", "JavaScript"],
        ["mermaid"] = ["Mermaid"],
        ["sql"] = ["SQL"],
        ["kql"] = ["KQL"],
        ["http"] = ["HTTP"],
        ["value"] = [],
    };

    private static readonly Dictionary<string, string> ByName =
        Kernels.SelectMany(kernel => kernel.Value.Append(kernel.Key).Select(name => (name, kernel.Key))).ToDictionary();

    /// <summary>The kernel that a cell's metadata name, also one that is not known here; null if they name none.</summary>
    public static string? OfCell(JsonNode? metadata) =>
        Named(
            Text(metadata, "polyglot_notebook", "kernelName"),
            Text(metadata, "dotnet_interactive", "language"),
            Text(metadata, "vscode", "languageId"))
            .Select(name => ByName.GetValueOrDefault(name, name)).FirstOrDefault();

    /// <summary>The kernel of the cells that name none, or the name of a language that no kernel here has.</summary>
    public static (string Kernel, string? Foreign) OfNotebook(JsonNode? metadata)
    {
        var polyglot = Text(metadata, "polyglot_notebook", "kernelInfo", "defaultKernelName");
        var entry = Text(metadata, "kernelspec", "name");
        var language = Text(metadata, "kernelspec", "language");
        var info = Text(metadata, "language_info", "name");
        var kernel = Named(polyglot, entry, language, info)
            .Select(name => ByName.GetValueOrDefault(name))
            .FirstOrDefault(known => known is not null);
        return (kernel ?? Default, kernel is null ? Named(language, info, entry).FirstOrDefault() : null);
    }

    private static IEnumerable<string> Named(params string?[] names) => names.OfType<string>().Where(name => name is not ("" or Any));

    private static string? Text(JsonNode? node, params string[] path)
    {
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return NotebookCell.Join(node);
    }
}
