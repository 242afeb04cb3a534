using LstmLab.Charts.Rendering.Plotly;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;

namespace LstmLab.Charts.Display;

/// <summary>Tells the host how to show a chart of Plotly.NET: drawn offline under an id that depends on the chart alone.
/// Plotly.NET.Interactive, which a notebook may load as well, takes a random id and asks RequireJS for plotly.js, for which
/// <see cref="PlotlyLibrary"/> answers.</summary>
internal static class PlotlyDisplay
{
    public static void Register()
    {
        Formatter.Register<GenericChart>((chart, writer) => writer.Write(FigureHtml.Of(chart)), "text/html");
        Formatter.Register<GenericChart>((chart, writer) => writer.Write(PlotlyChart.Json(chart)), "application/vnd.plotly.v1+json");
        Formatter.Register<GenericChart>((chart, writer) => writer.Write(PlotlyChart.Describe(chart)), "text/plain");
        // Not the JSON: .NET Interactive's tool would store it as a string, which no front end can draw. The project's kernel stores it as
        // an object.
        Formatter.SetPreferredMimeTypesFor(typeof(GenericChart), "text/html", "text/plain");
    }
}
