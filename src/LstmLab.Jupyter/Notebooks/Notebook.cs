using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LstmLab.Jupyter.Notebooks;

/// <summary>
/// An .ipynb file of nbformat 4, or what a .dib file becomes. The JSON is the model, so what this program does not know is kept.
/// </summary>
internal sealed class Notebook
{
    private readonly JsonObject root;

    private Notebook(string path, JsonObject root, IReadOnlyList<NotebookCell> cells) => (Path, this.root, Cells) = (path, root, cells);

    public string Path { get; }

    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <summary>The kernel of the cells that name none.</summary>
    public string Kernel => Languages.OfNotebook(root["metadata"]).Kernel;

    /// <summary>Why this program does not run the notebook; null if it does, as where no cell depends on the notebook's language.</summary>
    public string? Refusal =>
        Languages.OfNotebook(root["metadata"]).Foreign is not { } language || Cells.All(cell => !cell.IsToRun || cell.Kernel is not null)
            ? null
            : $"{Path}: a notebook in {language}, which this program does not run. "
                + $"Run it with a kernel of that language, as by 'jupyter nbconvert --to notebook --execute {Path}'.";

    /// <exception cref="NotebookException">
    /// The file is neither a notebook of nbformat 4 nor a .dib file; the message names file and place.
    /// </exception>
    public static Notebook Read(string path)
    {
        JsonNode? node;
        try
        {
            node = IsDib(path) ? DibFile.Parse(ReadText(path)) : JsonNode.Parse(ReadText(path));
        }
        catch (JsonException exception)
        {
            var place = IsDib(path)
                ? ": what stands between '#!meta' and the next cell is"
                : $"({exception.LineNumber + 1},{exception.BytePositionInLine + 1}):";
            var reason = exception.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0];
            throw new NotebookException($"{path}{place} not JSON: {reason}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"{path}: cannot be read: {exception.Message}", exception);
        }

        if (node is JsonObject old && old["nbformat"]?.ToJsonString() is "1" or "2" or "3")
        {
            throw new NotebookException(
                $"{path}: nbformat {old["nbformat"]}: convert with 'jupyter nbconvert --to notebook --nbformat 4 {path}' "
                + "and run what that writes.");
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
            foreach (var output in outputs.Where(output => NotebookCell.IsTransient(output!)).ToList())
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

    private static bool IsDib(string path) => path.EndsWith(".dib", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text of a file in UTF-8, with or without a byte order mark.</summary>
    private static string ReadText(string path)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException exception)
        {
            var line = bytes.AsSpan(0, exception.Index).Count((byte)'\n') + 1;
            throw new NotebookException(
                $"{path}({line}): not UTF-8, the encoding of notebooks: "
                + $"byte {exception.Index + 1} is 0x{bytes[exception.Index]:X2}. Save the file as UTF-8.",
                exception);
        }
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
