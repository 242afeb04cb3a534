namespace LstmLab.Formats;

/// <summary>What an axis of a value means.</summary>
internal enum OnnxAxisRole
{
    /// <summary>Not known yet: an input's axes get their meaning from the first node that needs one.</summary>
    Any,
    Time,
    Batch,
    Direction,
    Feature,

    /// <summary>Of length 1 and without meaning.</summary>
    One,
}

/// <summary>An axis, the same object wherever transpositions move it.</summary>
internal sealed class OnnxAxis(OnnxAxisRole role, long length)
{
    public OnnxAxisRole Role { get; set; } = role;

    /// <summary>Its length; −1 where the graph leaves it open.</summary>
    public long Length => length;
}

/// <summary>A value that depends on an input of the graph.</summary>
/// <param name="Link">What computes it.</param>
/// <param name="Axes">Its axes in their order.</param>
/// <param name="Row">The direction it holds, or −1 for all of them.</param>
/// <param name="IsCell">Whether it is a cell state.</param>
/// <param name="IsIndex">Whether it holds integers.</param>
internal sealed record OnnxFlow(OnnxLink Link, OnnxAxis[] Axes, int Row = -1, bool IsCell = false, bool IsIndex = false) : OnnxValue
{
    /// <summary>The same value with its axes moved or dropped.</summary>
    public OnnxFlow On(params OnnxAxis[] axes) => this with { Axes = axes };
}

/// <summary>Final states of several layers and directions, [rows, B, H].</summary>
internal sealed record OnnxStack(OnnxFlow[] Rows) : OnnxValue;

/// <summary>One number everywhere, in a shape that is known when the graph runs.</summary>
internal sealed record OnnxFill(double Value) : OnnxValue;

/// <summary>Numbers made of an input's shape.</summary>
internal sealed record OnnxSizes : OnnxValue;
