using System.Numerics.Tensors;

namespace LstmLab.Sequences;

/// <summary>Where in time a network that was trained with CTC puts each label of a known labeling.</summary>
/// <param name="Symbols">S = 2U + 1 states: the U labels in their order with a blank before, between and after them.</param>
/// <param name="Posteriors">[T, S]: the probability that state s emits frame t, given the whole input and the labeling. Each row sums
/// to 1.</param>
/// <param name="LogProbability">The natural logarithm of the labeling's probability.</param>
public sealed record CtcAlignment(IReadOnlyList<int> Symbols, Tensor<double> Posteriors, double LogProbability);
