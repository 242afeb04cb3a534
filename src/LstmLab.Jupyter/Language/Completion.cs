using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.Tags;
using Microsoft.CodeAnalysis.Text;

namespace LstmLab.Jupyter.Language;

/// <summary>What can be typed at the cursor, by Roslyn's completion service.</summary>
internal static class Completion
{
    // Tags that say more than what kind of thing an item is.
    private static readonly HashSet<string> Qualifiers = [WellKnownTags.Public, WellKnownTags.Protected, WellKnownTags.Private, WellKnownTags.Internal, WellKnownTags.Intrinsic];

    public static async Task<JsonObject> AnswerAsync(EditorWorkspace editor, string code, int cursor)
    {
        var document = editor.Open(code);
        var position = CodePoints.ToUtf16(code, cursor);
        var service = CompletionService.GetService(document)!;
        var list = await service.GetCompletionsAsync(document, position).ConfigureAwait(false);
        var span = list.ItemsList.Count == 0 ? new TextSpan(position, 0) : list.Span;
        var typed = code[span.Start..position];
        var matches = list.ItemsList.Where(item => item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(item => (Text: item.Properties.GetValueOrDefault("InsertionText") ?? item.DisplayText, Kind: Kind(item)))
            .DistinctBy(match => match.Text).ToList();
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
                    [.. matches.Select(match => new JsonObject { ["start"] = start, ["end"] = end, ["text"] = match.Text, ["type"] = match.Kind })]),
            },
        };
    }

    private static string Kind(CompletionItem item) => item.Tags.FirstOrDefault(tag => !Qualifiers.Contains(tag))?.ToLowerInvariant() ?? "";
}
