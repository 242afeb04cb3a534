using System.Text.Json.Nodes;

namespace LstmLab.Jupyter.Notebooks;

/// <summary>One cell of a notebook, a view of its JSON.</summary>
internal sealed class NotebookCell
{
    private readonly JsonObject json;

    private NotebookCell(JsonObject json, int index, string source) => (this.json, Index, Source) = (json, index, source);

    /// <summary>Position in the notebook, from 1, Markdown cells included.</summary>
    public int Index { get; }

    public string Source { get; }

    /// <summary>The name of the cell within its notebook, by which links reach it.</summary>
    public string Id => Join(json["id"]) ?? $"cell-{Index}";

    /// <summary>The language of the text, <c>en</c> or <c>zh</c>, as the metadata name it; null if they do not.</summary>
    public string? Language => Join(json["metadata"]?["lang"]);

    /// <summary>Marked as Jupyter marks a cell whose code is folded.</summary>
    public bool IsSourceHidden =>
        json["metadata"]?["jupyter"]?["source_hidden"] is JsonValue flag && flag.TryGetValue<bool>(out var on) && on;

    /// <summary>Tagged as the answer to an exercise, which stays folded until a reader asks for it.</summary>
    public bool IsSolution => HasTag("solution");

    public bool IsCode => (string?)json["cell_type"] == "code";

    public bool IsMarkdown => (string?)json["cell_type"] == "markdown";

    /// <summary>A code cell without code is not executed.</summary>
    public bool IsExecutable => IsCode && !string.IsNullOrWhiteSpace(Source);

    /// <summary>Tagged as a cell that is left as it is, with the outputs it has.</summary>
    public bool IsSkipped => HasTag("skip-execution");

    public bool IsToRun => IsExecutable && !IsSkipped;

    /// <summary>Tagged as a cell whose failure is stored and ends nothing.</summary>
    public bool MayFail => HasTag("raises-exception");

    /// <summary>The kernel that the cell itself names; null if it is that of the notebook.</summary>
    public string? Kernel => Languages.OfCell(json["metadata"]);

    /// <summary>The number error messages call the cell by; null if it was not run.</summary>
    public int? ExecutionCount => (int?)json["execution_count"];

    /// <summary>Outputs as stored in the file, and transient ones.</summary>
    public JsonArray Outputs => json["outputs"] as JsonArray ?? [];

    /// <summary>A picture that Jupyter stores within the cell, as a data URL; null if the cell has none of this name.</summary>
    public string? Attached(string name) =>
        json["attachments"]?[name] is JsonObject forms && forms.FirstOrDefault() is { Key: { } type, Value: { } data }
            ? $"data:{type};base64,{Join(data)?.ReplaceLineEndings("")}"
            : null;

    public string FirstLine => Source.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";

    /// <summary>The line of the source, from 1; empty beyond its end.</summary>
    public string Line(int number) => Source.Split('\n').ElementAtOrDefault(number - 1) ?? "";

    public static NotebookCell Parse(JsonNode? node, string path, int index)
    {
        if (node is not JsonObject json || Join(json["cell_type"]) is null || Join(json["source"]) is not { } source)
        {
            throw new NotebookException(
                $"{path}: cell {index} is invalid: it needs a 'cell_type', and a 'source' of text or lines of text.");
        }

        return new NotebookCell(json, index, source);
    }

    /// <summary>Removes outputs, execution count and the times a frontend recorded.</summary>
    public void Clear()
    {
        json["outputs"] = new JsonArray();
        json["execution_count"] = null;
        (json["metadata"] as JsonObject)?.Remove("execution");
    }

    public void SetExecutionCount(int count) => json["execution_count"] = count;

    private bool HasTag(string tag) => (json["metadata"] as JsonObject)?["tags"] is JsonArray tags && tags.Any(given => Join(given) == tag);

    /// <summary>Whether an output is shown and kept out of the stored notebook.</summary>
    public static bool IsTransient(JsonNode output) =>
        output["metadata"]?["lstmlab"]?["transient"] is JsonValue flag && flag.TryGetValue<bool>(out var on) && on;

    /// <summary>Multi-line text as the file format stores it: a string or an array of lines. Null for anything else.</summary>
    public static string? Join(JsonNode? text) => text switch
    {
        JsonArray lines when lines.All(line => line is JsonValue value && value.TryGetValue<string>(out _)) =>
            string.Concat(lines.Select(line => (string?)line)),
        JsonValue value when value.TryGetValue<string>(out var single) => single,
        _ => null,
    };

    /// <summary>Text as an array of lines, each with its newline.</summary>
    public static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (int start = 0, end; start < text.Length; start = end)
        {
            var newline = text.IndexOf('\n', start);
            end = newline < 0 ? text.Length : newline + 1;
            lines.Add((JsonNode)text[start..end]);
        }

        return lines;
    }
}
