namespace LstmLab.Charts.Rendering;

/// <summary>One or several scenes on one sheet, with what assistive technology reads aloud.</summary>
internal sealed record Picture(string Title, string Alt, double Width, double Height, IReadOnlyList<PlacedScene> Scenes)
{
    /// <summary>Lines above the scenes; empty where the scene's own title is the picture's.</summary>
    public string[] Heading { get; init; } = [];

    public static Picture Of(Figure figure, Scene scene) =>
        new(figure.Title, figure.AltOrDefault, scene.Width, scene.Height, [new PlacedScene(0, 0, scene)]);
}
