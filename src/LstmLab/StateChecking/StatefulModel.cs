using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A model that reads sequences piece by piece and takes its states as arguments: one of this library, or a session of another
/// program.</summary>
/// <param name="x">The next steps of each sequence, [t, B, I], t ≥ 1.</param>
/// <param name="states">The states before the first of these steps, in a fixed order and fixed shapes: h, or h and c, each [L, B, H] of a
/// stack or [B, H] of one layer.</param>
/// <returns>Outputs of these steps, [t, B, O], and the states after the last, in the order and shapes of <paramref name="states"/>. Both
/// must be the caller's to keep: a later call does not overwrite them.</returns>
/// <typeparam name="T">Number type of the model.</typeparam>
public delegate (Tensor<T> Y, IReadOnlyList<Tensor<T>> States) StatefulModel<T>(Tensor<T> x, IReadOnlyList<Tensor<T>> states);
