namespace LstmLab.Charts.Rendering;

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
