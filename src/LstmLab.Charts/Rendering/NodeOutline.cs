namespace LstmLab.Charts.Rendering;

/// <summary>A node with its size and place in pixels.</summary>
internal sealed record NodeOutline(Node Node, string[] Lines, double X, double Y, double Width, double Height)
{
    private const double Gap = 3;

    public static NodeOutline Of(Node node, double x, double y, double textSize)
    {
        var lines = TextMetrics.Wrap(node.Label, 130, textSize);
        double width = lines.Max(l => TextMetrics.Width(l, textSize)), height = lines.Length * textSize * 1.2;
        if (node.Shape == NodeShape.Circle)
        {
            double diameter = Math.Max(30, Math.Sqrt(width * width + height * height) + 6);
            return new NodeOutline(node, lines, x, y, diameter, diameter);
        }

        return node.Shape == NodeShape.Plain
            ? new NodeOutline(node, lines, x, y, width + 6, height + 4)
            : new NodeOutline(node, lines, x, y, Math.Max(44, width + 22), height + 16);
    }

    /// <summary>True if the point lies in the node or in the small gap arrows leave around it.</summary>
    public bool Holds((double X, double Y) point)
    {
        double dx = Math.Abs(point.X - X), dy = Math.Abs(point.Y - Y);
        return Node.Shape == NodeShape.Circle
            ? dx * dx + dy * dy <= (Width / 2 + Gap) * (Width / 2 + Gap)
            : dx <= Width / 2 + Gap && dy <= Height / 2 + Gap;
    }

    public IEnumerable<Mark> Marks(double textSize)
    {
        string color = Node.Role == Role.Auto ? Palette.Ink : Palette.Of(Node.Role, 0).Color;
        string fill = Node.Role == Role.Auto ? "#FFFFFF" : Palette.Tint(color, 0.2);
        if (Node.Shape != NodeShape.Plain)
        {
            var points = Node.Shape == NodeShape.Circle ? Round(Width / 2, Height / 2, 0, 0, 48) : Round(7, 7, Width / 2 - 7, Height / 2 - 7, 24);
            yield return new Outline([.. points.Select(p => X + p.X)], [.. points.Select(p => Y + p.Y)], true, fill, color, 1.8, Dash.Solid);
        }

        yield return new Words(X, Y, Lines, Node.Role == Role.Auto ? Palette.Ink : Palette.ForText(color), textSize, Node.Shape == NodeShape.Circle);
    }

    /// <summary>An ellipse pulled apart into a box with round corners; an ellipse again where the pull is 0.</summary>
    private static (double X, double Y)[] Round(double rx, double ry, double pullX, double pullY, int points) =>
        [.. Enumerable.Range(0, points).Select(k => (k + 0.5) * 2 * Math.PI / points).Select(a =>
            (Math.Round(rx * Math.Cos(a) + pullX * Math.Sign(Math.Cos(a)), 2), Math.Round(ry * Math.Sin(a) + pullY * Math.Sign(Math.Sin(a)), 2)))];
}
