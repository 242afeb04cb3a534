using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LstmLab.Jupyter.Notebooks;

/// <summary>An .ipynb file, nbformat 4. The JSON is the model, so what this program does not know is kept.</summary>
internal sealed class Notebook
{
    private readonly JsonObject root;

    private Notebook(string path, JsonObject root, IReadOnlyList<NotebookCell> cells) => (Path, this.root, Cells) = (path, root, cells);

    public string Path { get; }

    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <exception cref="NotebookException">The file is not a notebook of nbformat 4; the message names file and place.</exception>
    public static Notebook Read(string path)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(File.ReadAllText(path));
        }
        catch (JsonException exception)
        {
            throw new NotebookException($"{path}({exception.LineNumber + 1},{exception.BytePositionInLine + 1}): not JSON: {exception.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0]}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"{path}: cannot be read: {exception.Message}", exception);
        }

        if (node is not JsonObject root || root["nbformat"] is not JsonValue format || root["cells"] is not JsonArray cells)
        {
            throw new NotebookException($"{path}: not a notebook: 'nbformat' or the array 'cells' is missing.");
        }

        if (format.ToJsonString() != "4")
        {
            throw new NotebookException($"{path}: nbformat is {format.ToJsonString()}, but only 4 is supported.");
        }

        AddMissingIds(root, cells);
        return new Notebook(path, root, [.. cells.Select((cell, i) => NotebookCell.Parse(cell, path, i + 1))]);
    }

    /// <summary>The text of the stored file. Outputs marked transient are left out.</summary>
    public string ToJson()
    {
        var stored = (JsonObject)root.DeepClone();
        foreach (var outputs in stored["cells"]!.AsArray().Select(cell => cell!["outputs"]).OfType<JsonArray>())
        {
            foreach (var output in outputs.Where(output => CellOutputs.IsTransient(output!)).ToList())
            {
                outputs.Remove(output);
            }
        }

        return JupyterJson.Write(stored);
    }

    /// <summary>Replaces the file in one step, so that no reader finds half of it.</summary>
    public void Write(string path) => WriteFile(path, ToJson());

    /// <summary>Writes text to a temporary file in the same folder, then renames it.</summary>
    public static void WriteFile(string path, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, text, new UTF8Encoding(false));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Cell ids came with nbformat 4.5; ids by position keep repeated runs identical.</summary>
    private static void AddMissingIds(JsonObject root, JsonArray cells)
    {
        var taken = cells.Select(cell => (cell as JsonObject)?["id"]?.ToString()).ToHashSet();
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i] is JsonObject cell && !cell.ContainsKey("id"))
            {
                var id = $"cell-{i + 1}";
                while (!taken.Add(id))
                {
                    id += "-";
                }

                cell["id"] = id;
                if (root["nbformat_minor"]?.ToJsonString() is null or "0" or "1" or "2" or "3" or "4")
                {
                    root["nbformat_minor"] = 5;
                }
            }
        }
    }
}
