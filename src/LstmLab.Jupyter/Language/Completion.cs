using System.Text.Json.Nodes;
using LstmLab.Jupyter.Polyglot;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.Tags;
using Microsoft.CodeAnalysis.Text;

namespace LstmLab.Jupyter.Language;

/// <summary>What can be typed at the cursor, by Roslyn's completion service.</summary>
internal static class Completion
{
    // Tags that say more than what kind of thing an item is.
    private static readonly HashSet<string> Qualifiers =
    [
        WellKnownTags.Public,
        WellKnownTags.Protected,
        WellKnownTags.Private,
        WellKnownTags.Internal,
        WellKnownTags.Intrinsic,
    ];

    public static async Task<JsonObject> AnswerAsync(NotebookKernels kernels, EditorWorkspace editor, string code, int cursor)
    {
        var position = CodePoints.ToUtf16(code, cursor);
        if (CellPosition.Elsewhere(kernels, code, position, out var csharp) is { } place)
        {
            var found = await kernels.CompleteAsync(code, place).ConfigureAwait(false);
            var line = SourceText.From(code).Lines[place.Line];
            var range = found?.LinePositionSpan is { } given
                ? TextSpan.FromBounds(line.Start + given.Start.Character, line.Start + given.End.Character)
                : new TextSpan(position, 0);
            var matches = found?.Completions.Select(item => (item.InsertText ?? item.DisplayText, item.Kind.ToLowerInvariant()));
            return Reply(code, range, matches ?? []);
        }

        var document = editor.Open(csharp);
        var service = CompletionService.GetService(document)!;
        var list = await service.GetCompletionsAsync(document, position).ConfigureAwait(false);
        var span = list.ItemsList.Count == 0 ? new TextSpan(position, 0) : list.Span;
        var typed = code[span.Start..position];
        return Reply(code, span, list.ItemsList.Where(item => item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(item => (item.Properties.GetValueOrDefault("InsertionText") ?? item.DisplayText, Kind(item))));
    }

    private static JsonObject Reply(string code, TextSpan span, IEnumerable<(string Text, string Kind)> found)
    {
        var matches = found.DistinctBy(match => match.Text).ToList();
        var (start, end) = (CodePoints.FromUtf16(code, span.Start), CodePoints.FromUtf16(code, span.End));
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. matches.Select(match => JsonValue.Create(match.Text))]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                ["_jupyter_types_experimental"] = new JsonArray(
                [
                    .. matches.Select(match => new JsonObject
                    {
                        ["start"] = start,
                        ["end"] = end,
                        ["text"] = match.Text,
                        ["type"] = match.Kind,
                    }),
                ]),
            },
        };
    }

    private static string Kind(CompletionItem item) => item.Tags.FirstOrDefault(tag => !Qualifiers.Contains(tag))?.ToLowerInvariant() ?? "";
}
