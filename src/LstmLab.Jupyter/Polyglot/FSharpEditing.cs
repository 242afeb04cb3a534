using System.Runtime.InteropServices;
using System.Xml;
using System.Xml.Linq;
using FSharp.Compiler.CodeAnalysis;
using FSharp.Compiler.EditorServices;
using FSharp.Compiler.Interactive;
using FSharp.Compiler.Symbols;
using FSharp.Compiler.Tokenization;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>What an editor asks about an F# cell, answered by the compiler, which knows what earlier cells defined.</summary>
internal static class FSharpEditing
{
    private static readonly string[] Packs = ["packs/Microsoft.NETCore.App.Ref", "sdk"];

    /// <summary>What can be typed at the cursor.</summary>
    public static CompletionsProduced Completions(Shell.FsiEvaluationSession session, RequestCompletions command)
    {
        var (parsed, known, line) = Check(session, command);
        var (row, column) = (command.LinePosition.Line, Math.Min(command.LinePosition.Character, line.Length));
        var typed = QuickParse.GetPartialLongNameEx(line, column - 1);
        var items = known
            .GetDeclarationListInfo(FSharpOption<FSharpParseFileResults>.Some(parsed), row + 1, line, typed, null, null, null)
            .Items
            .Where(item => item.NameInList.StartsWith(typed.PartialIdent, StringComparison.OrdinalIgnoreCase))
            .Select(item => new CompletionItem(
                item.NameInList, item.Glyph.ToString(), item.NameInList, item.NameInList, item.NameInCode, null, null));
        return new(
            [.. items.DistinctBy(item => item.DisplayText)],
            command,
            new(new(row, column - typed.PartialIdent.Length), new(row, column)));
    }

    /// <summary>What stands at the cursor: its signature and its XML documentation; null where nothing is known.</summary>
    public static HoverTextProduced? Hover(Shell.FsiEvaluationSession session, RequestHoverText command)
    {
        var (_, known, line) = Check(session, command);
        var row = command.LinePosition.Line;
        var cursor = Math.Min(command.LinePosition.Character, line.Length);
        if (QuickParse.GetCompleteIdentifierIsland(true, line, cursor)?.Value is not var (name, end, _)) return null;

        var tip = known.GetToolTip(row + 1, end, line, ListModule.OfSeq(name.Split('.')), FSharpTokenTag.Identifier, null);
        var found = Elements(tip)
            .Select(element => (Signature: element.MainDescription.Text.Trim(), Text: Documentation(element.XmlDoc)))
            .ToList();
        if (found.Count == 0) return null;

        var markdown = string.Join("\n\n", found.Select(part => $"```fsharp\n{part.Signature}\n```\n\n{part.Text}".Trim()));
        var plain = string.Join("\n\n", found.Select(part => $"{part.Signature}\n\n{part.Text}".Trim()));
        return new(command, [new("text/markdown", markdown), new("text/plain", plain)], new(new(row, end - name.Length), new(row, end)));
    }

    private static (FSharpParseFileResults Parsed, FSharpCheckFileResults Known, string Line) Check(
        Shell.FsiEvaluationSession session, LanguageServiceCommand command)
    {
        var (parsed, known, _) = session.ParseAndCheckInteraction(command.Code, null);
        return (parsed, known, command.Code.Split('\n')[command.LinePosition.Line]);
    }

    private static IEnumerable<ToolTipElementData> Elements(ToolTipText tip) =>
        tip.Item.OfType<ToolTipElement.Group>().SelectMany(group => group.elements);

    private static string Documentation(FSharpXmlDoc documentation) => documentation switch
    {
        FSharpXmlDoc.FromXmlText { Item: var text } => Summary($"<doc>{string.Join('\n', text.GetElaboratedXmlLines())}</doc>"),
        FSharpXmlDoc.FromXmlFile file =>
            Files(file.dllName).Select(path => Member(path, file.xmlSig)).FirstOrDefault(text => text.Length > 0) ?? "",
        _ => "",
    };

    /// <summary>Beside the assembly, or in the SDK: documentation of .NET itself and of FSharp.Core lies there alone.</summary>
    private static IEnumerable<string> Files(string assembly)
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var sdk = Packs.Select(name => Path.Combine(root, name)).Where(Directory.Exists).SelectMany(Directory.GetDirectories);
        string[] names = [Path.GetFileNameWithoutExtension(assembly) + ".xml", "System.Runtime.xml"];
        var framework = Path.Combine("ref", $"net{Environment.Version.ToString(2)}");
        var folders = sdk.OrderDescending(StringComparer.Ordinal)
            .SelectMany(version => new[] { Path.Combine(version, framework), Path.Combine(version, "FSharp") });
        return folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .Prepend(Path.ChangeExtension(assembly, ".xml")).Where(File.Exists);
    }

    private static string Member(string path, string signature)
    {
        using var reader = XmlReader.Create(path);
        while (reader.ReadToFollowing("member"))
        {
            if (reader.GetAttribute("name") == signature) return Summary(reader.ReadOuterXml());
        }

        return "";
    }

    private static string Summary(string xml)
    {
        var summary = XElement.Parse(xml).Element("summary");
        foreach (var reference in summary?.Descendants().Where(element => element.IsEmpty && element.HasAttributes).ToList() ?? [])
        {
            reference.ReplaceWith(reference.FirstAttribute!.Value.Split(':')[^1]);
        }

        return string.Join(' ', (summary?.Value ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
