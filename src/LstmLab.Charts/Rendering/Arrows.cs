namespace LstmLab.Charts.Rendering;

/// <summary>A node with its size and place in pixels.</summary>
internal sealed record PlacedNode(Node Node, Words Lines, double X, double Y, double Width, double Height)
{
    private const double Gap = 3;

    public static PlacedNode Of(Node node, double x, double y, double textSize)
    {
        var lines = Words.Wrap(node.Label, 130, textSize);
        double width = lines.Width(textSize), height = lines.Count * textSize * 1.2;
        if (node.Shape == NodeShape.Circle)
        {
            double diameter = Math.Max(30, Math.Sqrt(width * width + height * height) + 6);
            return new PlacedNode(node, lines, x, y, diameter, diameter);
        }

        return node.Shape == NodeShape.Plain
            ? new PlacedNode(node, lines, x, y, width + 6, height + 4)
            : new PlacedNode(node, lines, x, y, Math.Max(44, width + 22), height + 16);
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
        string color = Node.Role == Role.Auto ? Palette.Ink : Palette.Of(Node.Role).Color;
        string fill = Node.Role == Role.Auto ? "#FFFFFF" : Palette.Tint(color, 0.2);
        if (Node.Shape != NodeShape.Plain)
        {
            var points = Node.Shape == NodeShape.Circle ? Round(Width / 2, Height / 2, 0, 0, 48)
                : Round(7, 7, Width / 2 - 7, Height / 2 - 7, 24);
            yield return new Path([.. points.Select(p => X + p.X)], [.. points.Select(p => Y + p.Y)], true, fill, color, 1.8, Dash.Solid);
        }

        yield return new Text(X, Y, Lines, Node.Role == Role.Auto ? Palette.Ink : Palette.ForText(color), textSize,
            Node.Shape == NodeShape.Circle);
    }

    /// <summary>An ellipse pulled apart into a box with round corners; an ellipse again where the pull is 0.</summary>
    private static (double X, double Y)[] Round(double rx, double ry, double pullX, double pullY, int points) =>
        [.. Enumerable.Range(0, points).Select(k => (k + 0.5) * 2 * Math.PI / points).Select(a =>
            (Math.Round(rx * Math.Cos(a) + pullX * Math.Sign(Math.Cos(a)), 2),
            Math.Round(ry * Math.Sin(a) + pullY * Math.Sign(Math.Sin(a)), 2)))];
}

/// <summary>Paths of arrows as points a pixel apart.</summary>
internal static class Paths
{
    /// <summary>A quadratic Bézier curve.</summary>
    public static List<(double X, double Y)> Curve((double X, double Y) from, (double X, double Y) control, (double X, double Y) to) =>
        [.. Enumerable.Range(0, 65).Select(k => k / 64.0).Select(t => (
            (1 - t) * (1 - t) * from.X + 2 * t * (1 - t) * control.X + t * t * to.X,
            (1 - t) * (1 - t) * from.Y + 2 * t * (1 - t) * control.Y + t * t * to.Y))];

    /// <summary>Straight pieces whose corners are rounded off.</summary>
    public static List<(double X, double Y)> Rounded(IReadOnlyList<(double X, double Y)> corners, double radius)
    {
        var path = new List<(double, double)> { corners[0] };
        for (int k = 1; k + 1 < corners.Count; k++)
            path.AddRange(Curve(Toward(corners[k], corners[k - 1], radius), corners[k], Toward(corners[k], corners[k + 1], radius)));
        path.Add(corners[^1]);
        return path;
    }

    /// <summary>The same path with points one pixel apart.</summary>
    public static List<(double X, double Y)> Even(List<(double X, double Y)> path)
    {
        var even = new List<(double X, double Y)> { path[0] };
        double over = 0;
        for (int k = 1; k < path.Count; k++)
        {
            double dx = path[k].X - path[k - 1].X, dy = path[k].Y - path[k - 1].Y, length = Math.Sqrt(dx * dx + dy * dy);
            double at = 1 - over;
            for (; at <= length; at++)
                even.Add((path[k - 1].X + dx * at / length, path[k - 1].Y + dy * at / length));
            over = length - (at - 1);
        }

        return even;
    }

    /// <summary>Drops points that lie within a tenth of a pixel of the line through the kept ones beside them.</summary>
    public static List<(double X, double Y)> Thin(List<(double X, double Y)> path)
    {
        var thin = new List<(double X, double Y)> { path[0] };
        int from = 0;
        for (int k = 2; k < path.Count; k++)
        {
            if (Enumerable.Range(from + 1, k - from - 1).All(m => Distance(path[m], path[from], path[k]) < 0.1))
                continue;
            from = k - 1;
            thin.Add(path[from]);
        }

        thin.Add(path[^1]);
        return [.. thin.Select(p => (Math.Round(p.X, 2), Math.Round(p.Y, 2)))];
    }

    private static (double X, double Y) Toward((double X, double Y) corner, (double X, double Y) other, double radius)
    {
        double dx = other.X - corner.X, dy = other.Y - corner.Y, length = Math.Sqrt(dx * dx + dy * dy);
        double step = Math.Min(radius, length / 2) / Math.Max(length, 1e-9);
        return (corner.X + dx * step, corner.Y + dy * step);
    }

    private static double Distance((double X, double Y) p, (double X, double Y) a, (double X, double Y) b)
    {
        double dx = b.X - a.X, dy = b.Y - a.Y, length = Math.Sqrt(dx * dx + dy * dy);
        return length == 0 ? 0 : Math.Abs(dx * (p.Y - a.Y) - dy * (p.X - a.X)) / length;
    }
}
