using System.Reflection;

namespace LstmLab.Charts.Display;

/// <summary>The script that draws and moves the figures of a page.</summary>
internal static class FigureScript
{
    /// <summary>The text of figures.js.</summary>
    public static string Text()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("figures.js")!);
        return reader.ReadToEnd();
    }
}
