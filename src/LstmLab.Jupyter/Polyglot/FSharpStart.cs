using System.Reflection;
using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>
/// What F# cells have without <c>open</c>: what the F# kernel of .NET Interactive opens and defines, with its module Html, by which cells
/// write HTML.
/// </summary>
internal static class FSharpStart
{
    private static readonly string[] Attributes =
    [
        "alt", "async", "checked", "class", "colSpan", "cols", "content", "controls", "coords", "dateTime", "dir",
        "disabled", "download", "draggable", "form", "headers", "height", "hidden", "href", "hrefLang", "id", "kind",
        "label", "lang", "list", "loop", "max", "maxLength", "media", "method", "min", "minLength", "multiple", "muted",
        "name", "open", "optimum", "pattern", "placeholder", "poster", "readOnly", "rel", "required", "role", "rowSpan",
        "rows", "scope", "selected", "shape", "size", "sizes", "span", "src", "srcDoc", "srcSet", "start", "step",
        "tabIndex", "target", "title", "type", "useMap", "value", "width", "wrap",
    ];

    /// <summary>Each element takes attributes and content, such as <c>p [ _class "a" ] [ str "text" ]</c>.</summary>
    public static string Code { get; } = $$"""
        {{string.Join('\n', References())}}
        open System
        open System.IO
        open System.Text
        open Microsoft.DotNet.Interactive.Formatting
        open type Microsoft.DotNet.Interactive.Kernel
        let display value = Microsoft.DotNet.Interactive.Kernel.display(box value)
        let HTML text = Microsoft.DotNet.Interactive.Kernel.HTML text
        let CSS text = Microsoft.DotNet.Interactive.Kernel.CSS text
        let Javascript text = Microsoft.DotNet.Interactive.Kernel.Javascript text
        module Html =
            open Microsoft.AspNetCore.Html
            let private element (name: string) (attributes: (string * obj) list) (content: obj list) =
                let view = PocketView name
                for name, value in attributes do view.HtmlAttributes[name] <- value
                view.SetContent(List.toArray content)
                view :> IHtmlContent
            let rawText (html: string) = HtmlString html :> IHtmlContent
            let str (text: string) = rawText (Net.WebUtility.HtmlEncode text)
            let _style (rules: string list) = "style", box (String.Join("; ", rules))
        {{string.Join('\n', Elements().Select(name => $"    let ``{name}`` attributes content = element \"{name}\" attributes content"))}}
        {{string.Join('\n', Attributes.Select(name => $"    let _{name} value = \"{name}\", box value"))}}
        """;

    private static IEnumerable<string> References() =>
        new[] { typeof(Microsoft.DotNet.Interactive.Kernel), typeof(Formatter), typeof(IHtmlContent) }
            .Select(type => $"#r @\"{type.Assembly.Location}\"");

    private static IEnumerable<string> Elements() => typeof(PocketViewTags)
        .GetProperties(BindingFlags.Public | BindingFlags.Static)
        .Select(tag => tag.Name)
        .Where(name => name != "_");
}
