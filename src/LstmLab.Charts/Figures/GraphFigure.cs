using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>Nodes joined by arrows.</summary>
public sealed class GraphFigure : Figure
{
    private readonly Node[] nodes;
    private readonly Edge[] edges;
    private readonly double unit;

    internal GraphFigure(string title, string? alt, Node[] nodes, Edge[] edges, double unit)
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
                throw new ArgumentException($"Graph '{title}': the arrow {edge.From} → {edge.To} needs a node '{unknown}', but there is none.");
            }
        }

        (this.nodes, this.edges, this.unit) = (nodes, edges, unit);
    }

    /// <summary>Says what the figure shows to a reader who cannot see it.</summary>
    public GraphFigure Alt(string text) => new(Title, text, nodes, edges, unit);

    internal override Picture Compose() => Picture.Of(this, new GraphLayout(Title, nodes, edges, unit).Scene());

    internal override IEnumerable<string> Describe()
    {
        yield return $"graph of {nodes.Length} nodes and {edges.Length} arrows";
        var labels = nodes.ToDictionary(n => n.Id, n => n.Label.ReplaceLineEndings(" "));
        foreach (var edge in edges)
            yield return $"- {labels[edge.From]} → {labels[edge.To]}{(edge.Label is null ? "" : $" ({edge.Label})")}";
    }
}

/// <summary>The outline of a node.</summary>
public enum NodeShape
{
    /// <summary>A box with round corners: a layer such as σ or tanh.</summary>
    Box,

    /// <summary>A circle: an elementwise operation such as ⊙ or +.</summary>
    Circle,

    /// <summary>Text alone: an input or an output.</summary>
    Plain,
}

/// <summary>A node of a graph figure.</summary>
/// <param name="Id">The name edges use.</param>
/// <param name="Label">What is written in it; long labels wrap.</param>
/// <param name="X">Place to the right, in units of the figure.</param>
/// <param name="Y">Place downwards, in units of the figure.</param>
/// <param name="Shape">Its outline.</param>
/// <param name="Role">Meaning, which fixes the color; white if automatic.</param>
public sealed record Node(string Id, string Label, double X, double Y, NodeShape Shape = NodeShape.Box, Role Role = Role.Auto);

/// <summary>An arrow of a graph figure.</summary>
/// <param name="From">Id of the node it leaves.</param>
/// <param name="To">Id of the node it points at; a node may point at itself.</param>
/// <param name="Label">What is written on it.</param>
/// <param name="Bend">How far the arrow swings out to its left, as a part of its length; 0 is straight.</param>
/// <param name="Role">Meaning, which fixes the color; black if automatic.</param>
/// <param name="Dash">How the line is broken; solid if automatic.</param>
public sealed record Edge(string From, string To, string? Label = null, double Bend = 0, Role Role = Role.Auto, Dash Dash = Dash.Auto)
{
    /// <summary>Corners the arrow passes, in the nodes' coordinates, in place of a bend.</summary>
    public IReadOnlyList<(double X, double Y)> Via { get; init; } = [];
}
