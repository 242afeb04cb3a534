namespace LstmLab.Charts;

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
public sealed record Node(string Id, Bilingual Label, double X, double Y, NodeShape Shape = NodeShape.Box, Role Role = Role.Auto);

/// <summary>An arrow of a graph figure.</summary>
/// <param name="From">Id of the node it leaves.</param>
/// <param name="To">Id of the node it points at; a node may point at itself.</param>
/// <param name="Label">What is written on it.</param>
/// <param name="Bend">How far the arrow swings out to its left, as a part of its length; 0 is straight.</param>
/// <param name="Role">Meaning, which fixes the color; black if automatic.</param>
/// <param name="Dash">How the line is broken; solid if automatic.</param>
public sealed record Edge(string From, string To, Bilingual? Label = null, double Bend = 0, Role Role = Role.Auto, Dash Dash = Dash.Auto)
{
    /// <summary>Corners the arrow passes, in the nodes' coordinates, in place of a bend.</summary>
    public IReadOnlyList<(double X, double Y)> Via { get; init; } = [];

    /// <summary>Width of the line in pixels.</summary>
    public double Width { get; init; } = 1.6;
}
