namespace LstmLab.Charts.Rendering;

/// <summary>Turns nodes and arrows into outlines and words, in pixels.</summary>
internal sealed class GraphLayout
{
    private const double TextSize = 14, LabelSize = 13, Margin = 22, ArrowLength = 9;

    private readonly Bilingual title;
    private readonly Edge[] edges;
    private readonly Dictionary<string, PlacedNode> placed;
    private readonly double unit;
    private readonly double originX;
    private readonly double originY;
    private readonly double width;
    private readonly double height;

    public GraphLayout(Bilingual title, Node[] nodes, Edge[] edges, double unit)
    {
        (this.title, this.edges, this.unit) = (title, edges, unit);
        var outlines = nodes.Select(n => PlacedNode.Of(n, n.X * unit, n.Y * unit, TextSize)).ToArray();
        var corners = edges.SelectMany(e => Corners(e, nodes)).ToArray();
        double left = outlines.Select(o => o.X - o.Width / 2).Concat(corners.Select(c => c.X)).Min();
        double right = outlines.Select(o => o.X + o.Width / 2).Concat(corners.Select(c => c.X)).Max();
        double top = outlines.Select(o => o.Y - o.Height / 2).Concat(corners.Select(c => c.Y)).Min();
        double bottom = outlines.Select(o => o.Y + o.Height / 2).Concat(corners.Select(c => c.Y)).Max();
        width = Math.Round(Math.Max(right - left + 2 * Margin, 360));
        height = Math.Round(bottom - top + 2 * Margin);
        originX = (width - right - left) / 2;
        originY = Margin - top;
        placed = outlines.ToDictionary(o => o.Node.Id, o => o with { X = o.X + originX, Y = o.Y + originY });
    }

    public Scene Scene()
    {
        var lines = XyLayout.TitleLines(title, width);
        double top = 10 + lines.Count * XyLayout.TitleLine;
        var marks = new List<Mark>();
        var labels = new List<Mark>();
        foreach (var edge in edges)
            Draw(edge, marks, labels);
        foreach (var node in placed.Values)
            marks.AddRange(node.Marks(TextSize));
        return new Scene(
            lines, width, top + height, new Box(0, top, width, height),
            new Scale(Words.None, 0, width, false, [], Hidden: true), new Scale(Words.None, height, 0, false, [], Hidden: true),
            [.. marks, .. labels], [], [], Words.None);
    }

    private IEnumerable<(double X, double Y)> Corners(Edge edge, Node[] nodes)
    {
        if (edge.Via.Count > 0)
            return edge.Via.Select(v => (v.X * unit, v.Y * unit));
        var from = nodes.First(n => n.Id == edge.From);
        var to = nodes.First(n => n.Id == edge.To);
        if (from == to)
            return [((from.X - 0.35) * unit, (from.Y - 0.7) * unit), ((from.X + 0.35) * unit, (from.Y - 0.7) * unit)];
        var (middle, _) = Swing(from.X * unit, from.Y * unit, to.X * unit, to.Y * unit, edge.Bend / 2);
        return edge.Bend == 0 ? [] : [middle];
    }

    private static ((double X, double Y) At, double Length) Swing(double x0, double y0, double x1, double y1, double bend)
    {
        double dx = x1 - x0, dy = y1 - y0;
        return (((x0 + x1) / 2 + dy * bend, (y0 + y1) / 2 - dx * bend), Math.Sqrt(dx * dx + dy * dy));
    }

    private void Draw(Edge edge, List<Mark> marks, List<Mark> labels)
    {
        var (from, to) = (placed[edge.From], placed[edge.To]);
        var path = Route(edge, from, to);
        int start = path.FindLastIndex(p => from.Holds(p));
        if (edge.From == edge.To)
            start = path.FindIndex(p => !from.Holds(p)) - 1;
        int end = path.FindIndex(Math.Max(start + 1, 0), p => to.Holds(p));
        path = path[Math.Max(start + 1, 0)..(end < 0 ? path.Count : end)];
        if (path.Count < 4)
            return;
        string color = edge.Role == Role.Auto ? Palette.Ink : Palette.Of(edge.Role).Color;
        var tip = path[^1];
        var tail = path[Math.Max(0, path.Count - 1 - (int)ArrowLength)];
        var shaft = Paths.Thin(path[..Math.Max(2, path.Count - (int)ArrowLength + 2)]);
        marks.Add(new Path([.. shaft.Select(p => p.X)], [.. shaft.Select(p => p.Y)], false, null, color, edge.Width, edge.Dash));
        marks.Add(Arrow(tail, tip, color));
        if (edge.Label is not null)
            Label(edge.Label, path[path.Count / 2], color, labels);
    }

    private List<(double X, double Y)> Route(Edge edge, PlacedNode from, PlacedNode to)
    {
        var ends = (From: (from.X, from.Y), To: (to.X, to.Y));
        if (edge.Via.Count == 0 && edge.From != edge.To)
        {
            var (control, _) = Swing(from.X, from.Y, to.X, to.Y, edge.Bend);
            return Paths.Even(Paths.Curve(ends.From, control, ends.To));
        }

        var via = Corners(edge, [from.Node]).Select(c => (c.X + originX, c.Y + originY));
        return Paths.Even(Paths.Rounded([ends.From, .. via, ends.To], 14));
    }

    private static Path Arrow((double X, double Y) tail, (double X, double Y) tip, string color)
    {
        double dx = tip.X - tail.X, dy = tip.Y - tail.Y, length = Math.Sqrt(dx * dx + dy * dy);
        (dx, dy) = (dx / length, dy / length);
        double x = tip.X - dx * ArrowLength, y = tip.Y - dy * ArrowLength;
        return new Path([tip.X, x - dy * 4.5, x + dy * 4.5], [tip.Y, y + dx * 4.5, y - dx * 4.5], true, color, null, 0, Dash.Solid);
    }

    private static void Label(Bilingual label, (double X, double Y) at, string color, List<Mark> labels)
    {
        double half = Words.Of(label).Width(LabelSize) / 2 + 3;
        labels.Add(new Path([at.X - half, at.X + half, at.X + half, at.X - half], [at.Y - 9, at.Y - 9, at.Y + 9, at.Y + 9], true,
            "#FFFFFF", null, 0, Dash.Solid));
        labels.Add(new Text(at.X, at.Y, Words.Of(label), Palette.ForText(color), LabelSize, false));
    }
}
