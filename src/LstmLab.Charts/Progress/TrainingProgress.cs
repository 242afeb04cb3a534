using System.Globalization;
using LstmLab.Charts.Display;

namespace LstmLab.Charts.Progress;

/// <summary>A training while it runs: how far it is, how long it will take, and the curve so far. It holds times, so it must not be a
/// notebook's last state.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
internal sealed class TrainingProgress(EpochReport report, XyFigure figure) : ISvgDisplay
{
    /// <summary>The bar, its text and the curve as a picture, which costs no script at every redraw.</summary>
    public string ToHtml() =>
        $"<div><progress value=\"{report.Epoch}\" max=\"{report.Epochs}\" style=\"width:16em;max-width:100%\" "
        + $"aria-label=\"epochs\"></progress> {Html.Encode(ToString())}</div>\n{figure.ToSvg()}";

    /// <summary>The curve alone. A handle of .NET Interactive keeps the MIME types of what it shows first, and the figure shown last needs
    /// its picture.</summary>
    public string ToSvg() => figure.ToSvg();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"epoch {report.Epoch} of {report.Epochs} · loss {report.Loss:G4}{(report.ValidationLoss is { } held ? $" · held out {held:G4}" : "")}"
        + $" · learning rate {report.LearningRate:G3} · {report.Epoch / report.Elapsed.TotalSeconds:G3} epochs/s"
        + $" · {report.Remaining.TotalSeconds:F0} s left");

    /// <summary>HTML and plain text, as the project's kernel looks for.</summary>
    public IReadOnlyDictionary<string, object> ToMimeBundle() =>
        new Dictionary<string, object> { ["text/html"] = ToHtml(), ["text/plain"] = ToString() };
}
