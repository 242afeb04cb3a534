using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>Nodes joined by arrows.</summary>
public sealed class GraphFigure : Figure
{
    private readonly Node[] nodes;
    private readonly Edge[] edges;
    private readonly double unit;

    internal GraphFigure(Bilingual title, Bilingual? alt, Node[] nodes, Edge[] edges, double unit)
        : base(title, alt)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(unit);
        if (nodes.Length == 0)
            throw new ArgumentException($"Graph '{title}': at least one node is needed, but there is none.");
        if (nodes.GroupBy(n => n.Id).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Graph '{title}': ids of nodes must differ, but '{twice.Key}' occurs {twice.Count()} times.");
        var ids = nodes.Select(n => n.Id).ToHashSet();
        foreach (var edge in edges)
        {
            if (!ids.Contains(edge.From) || !ids.Contains(edge.To))
            {
                string unknown = ids.Contains(edge.From) ? edge.To : edge.From;
                throw new ArgumentException($"Graph '{title}': the arrow "
                    + $"{edge.From} → {edge.To} needs a node '{unknown}', but there is none.");
            }
        }

        (this.nodes, this.edges, this.unit) = (nodes, edges, unit);
    }

    /// <summary>Says what the figure shows to a reader who cannot see it.</summary>
    public GraphFigure Alt(Bilingual text) => new(Title, text, nodes, edges, unit);

    internal override Picture Compose() => PictureOf(new GraphLayout(Title, nodes, edges, unit).Scene());

    internal override IEnumerable<string> Describe()
    {
        yield return $"graph of {nodes.Length} nodes and {edges.Length} arrows";
        var labels = nodes.ToDictionary(n => n.Id, n => n.Label.English.ReplaceLineEndings(" "));
        foreach (var edge in edges)
            yield return $"- {labels[edge.From]} → {labels[edge.To]}{(edge.Label is null ? "" : $" ({edge.Label})")}";
    }
}
