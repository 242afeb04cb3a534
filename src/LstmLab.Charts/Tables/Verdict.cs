using System.Text.Json.Serialization;

namespace LstmLab.Charts;

/// <summary>What the evidence says of a claim. A table shows it with a symbol and in words, not by colour alone.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>The claim is true as far as it was tested.</summary>
    Holds,

    /// <summary>The claim is false.</summary>
    Fails,

    /// <summary>The evidence at hand does not decide.</summary>
    CannotBeSettled,
}

/// <summary>A table cell with a mark of its own: any value together with a verdict on it.</summary>
/// <param name="Value">What stands in the cell.</param>
/// <param name="Mark">The verdict on it.</param>
public sealed record Marked(object? Value, Verdict Mark);
