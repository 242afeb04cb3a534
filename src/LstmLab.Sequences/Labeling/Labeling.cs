namespace LstmLab.Sequences;

/// <summary>A sequence of labels and how probable it is.</summary>
/// <param name="Labels">Class numbers.</param>
/// <param name="LogProbability">The natural logarithm of its probability.</param>
public sealed record Labeling(IReadOnlyList<int> Labels, double LogProbability);
