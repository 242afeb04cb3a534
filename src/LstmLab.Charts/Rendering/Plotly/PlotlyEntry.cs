using Plotly.NET;

namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>What <see cref="PlotlyBridge"/> calls in the load context of Plotly.NET.</summary>
internal static class PlotlyEntry
{
    private const string Resource = "Plotly.NET.plotly-2.28.0.min.js";

    /// <summary>Scenes as text to Plotly JSON.</summary>
    public static string FigureJson(string scenes, double width, double height, string heading)
    {
        var chart = new PlotlyPicture(width, height, heading);
        var read = SceneText.Read(scenes);
        for (int k = 0; k < read.Length; k++)
            new PlotlyScene(chart, read[k], k).Draw();
        return GenericChart.toFigureJson(GenericChart.setLayout(chart.Layout(), GenericChart.ofTraceObjects(false, chart.Traces)));
    }

    /// <summary>The source of plotly.js.</summary>
    public static string LibraryScript()
    {
        using var stream = typeof(GenericChart).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"Plotly.NET should carry the resource '{Resource}', but does not.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
