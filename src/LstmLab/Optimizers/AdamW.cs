namespace LstmLab;

/// <summary>Adam with decoupled weight decay: weights shrink by a fixed share a step instead of through the averaged gradient.
/// I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
/// <code>
/// (1) θ  = (1 − η λ) θ,  d = g           then (2) to (6) of Adam
/// </code></summary>
/// <remarks>PyTorch's AdamW: the decay is multiplied by η; the paper's is multiplied by the schedule's factor alone.</remarks>
public sealed class AdamW : Adam
{
    /// <summary>Chooses the hyper-parameters.</summary>
    /// <param name="learningRate">η, 0 or more.</param>
    /// <param name="beta1">β₁, in [0, 1): the memory of the mean gradient.</param>
    /// <param name="beta2">β₂, in [0, 1): the memory of the mean square.</param>
    /// <param name="epsilon">ε, 0 or more: keeps the division finite.</param>
    /// <param name="weightDecay">λ, 0 or more: each step takes the share η λ off every weight.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public AdamW(double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
        : base(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad: false, decoupled: true)
    {
    }

    /// <inheritdoc/>
    public override string Name => "AdamW";
}
