using System.Reflection;
using System.Runtime.Loader;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>Calls <see cref="PlotlyEntry"/> in a second copy of this assembly, loaded with Plotly.NET and its FSharp.Core in a load
/// context of their own: a host that carries another FSharp.Core neither meets nor replaces it. Only strings cross.</summary>
internal static class PlotlyBridge
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Lazy<Type> Entry = new(Load);
    private static readonly Lazy<Func<string, double, double, string, string>> Draw =
        new(() => Entry.Value.GetMethod(nameof(PlotlyEntry.FigureJson))!.CreateDelegate<Func<string, double, double, string, string>>());

    private static readonly Lazy<string> Script =
        new(() => Entry.Value.GetMethod(nameof(PlotlyEntry.LibraryScript))!.CreateDelegate<Func<string>>()());

    /// <summary>The picture as Plotly JSON.</summary>
    public static string FigureJson(Picture picture)
    {
        var figure = JsonNode.Parse(Draw.Value(SceneText.Write(picture.Scenes), picture.Width, picture.Height, string.Join('\n', picture.Heading)))!.AsObject();
        figure.Remove("frames");
        return figure.ToJsonString(Readable);
    }

    /// <summary>The source of plotly.js, as Plotly.NET carries it.</summary>
    public static string Library() => Script.Value;

    private static Type Load()
    {
        string own = typeof(PlotlyBridge).Assembly.Location;
        if (own.Length == 0)
            own = Path.Combine(AppContext.BaseDirectory, "LstmLab.Charts.dll");
        string folder = Path.GetDirectoryName(own)!;
        if (!File.Exists(Path.Combine(folder, "Plotly.NET.dll")))
            throw new FileNotFoundException($"LstmLab.Charts draws with Plotly.NET.dll, which must lie beside it, but is not in '{folder}'.");
        var assembly = new BesideContext(folder).LoadFromAssemblyPath(own);
        return assembly.GetType(typeof(PlotlyEntry).FullName!, throwOnError: true)!;
    }

    private sealed class BesideContext(string folder) : AssemblyLoadContext("LstmLab.Charts: Plotly.NET")
    {
        protected override Assembly? Load(AssemblyName name)
        {
            string path = Path.Combine(folder, name.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
