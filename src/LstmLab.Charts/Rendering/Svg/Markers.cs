namespace LstmLab.Charts.Rendering.Svg;

/// <summary>The shapes that mark points.</summary>
internal static class Markers
{
    private const double R = 3.6;

    public static void Draw(SvgCanvas canvas, Style style, double x, double y)
    {
        switch (style.Marker)
        {
            case Marker.Square:
                canvas.Rectangle(new Box(x - R * 0.9, y - R * 0.9, R * 1.8, R * 1.8), style.Color);
                break;
            case Marker.Triangle:
                canvas.Polygon([(x, y - R * 1.2), (x + R * 1.1, y + R * 0.8), (x - R * 1.1, y + R * 0.8)], style.Color, null);
                break;
            case Marker.Diamond:
                canvas.Polygon([(x, y - R * 1.25), (x + R * 1.25, y), (x, y + R * 1.25), (x - R * 1.25, y)], style.Color, null);
                break;
            case Marker.Plus:
                canvas.Line([(x - R * 1.2, y), (x + R * 1.2, y)], style.Color, 1.6);
                canvas.Line([(x, y - R * 1.2), (x, y + R * 1.2)], style.Color, 1.6);
                break;
            case Marker.Cross:
                canvas.Line([(x - R, y - R), (x + R, y + R)], style.Color, 1.6);
                canvas.Line([(x - R, y + R), (x + R, y - R)], style.Color, 1.6);
                break;
            default:
                canvas.Disc(x, y, R, style.Color);
                break;
        }
    }
}
