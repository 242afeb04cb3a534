using System.Collections.Immutable;
using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>All that a figure with two axes was told.</summary>
internal sealed record XyState(string Title)
{
    public string? Alt { get; init; }

    public string X { get; init; } = "";

    public string Y { get; init; } = "";

    public bool XLog { get; init; }

    public bool YLog { get; init; }

    public (double Min, double Max)? XRange { get; init; }

    public (double Min, double Max)? YRange { get; init; }

    public int Width { get; init; } = 640;

    public int Height { get; init; } = 400;

    public string[]? Categories { get; init; }

    public ImmutableList<Mark> Marks { get; init; } = [];

    public ImmutableList<Sample> Samples { get; init; } = [];

    /// <summary>How many series took their style from the palette's order.</summary>
    public int Automatic { get; init; }
}

/// <summary>Values whose histogram is taken once the axis is known, so that all histograms of a figure share their bins.</summary>
internal sealed record Sample(string? Name, double[] Values, int Bins, Style Style);
