using System.Text.Json.Nodes;
using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Polyglot;
using Microsoft.CodeAnalysis.QuickInfo;

namespace LstmLab.Jupyter.Language;

/// <summary>What stands at the cursor: its declaration and its XML documentation.</summary>
internal static class Inspection
{
    public static async Task<JsonObject> AnswerAsync(NotebookKernels kernels, EditorWorkspace editor, string code, int cursor)
    {
        var position = CodePoints.ToUtf16(code, cursor);
        if (CellPosition.Elsewhere(kernels, code, position, out var csharp) is { } place)
        {
            var hover = await kernels.HoverAsync(code, place).ConfigureAwait(false);
            var content = hover?.Content.OrderBy(text => text.MimeType != "text/plain").FirstOrDefault();
            return Reply(content?.Value ?? "");
        }

        var document = editor.Open(csharp);
        var service = QuickInfoService.GetService(document)!;
        var info = await service.GetQuickInfoAsync(document, position).ConfigureAwait(false);

        // At the end of a name, and after its opening parenthesis, the name is meant.
        for (var before = position - 1; info is null && before >= 0 && before >= position - 2; before--)
        {
            info = await service.GetQuickInfoAsync(document, before).ConfigureAwait(false);
        }

        return Reply(info is null ? "" : string.Join("\n\n", info.Sections.Select(section => section.Text).Where(part => part.Length > 0)));
    }

    private static JsonObject Reply(string text)
    {
        var data = text.Length == 0
            ? new JsonObject()
            : MimeBundle.PlainText(text).Add("text/html", $"<pre>{Html.Encode(text)}</pre>").ToJson();
        return new JsonObject { ["status"] = "ok", ["found"] = text.Length > 0, ["data"] = data, ["metadata"] = new JsonObject() };
    }
}
