using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A loss of classes: how improbable the true ones are under the predicted probabilities p.
/// <code>
/// q_j   = (1 − ε) w_y [j = y] + ε w_j / K        y the true class, K the number of classes
/// ℓ     = −Σ_j q_j ln p_j                        −w_y ln p_y for ε = 0
/// L     = Σ ℓ / N,    N = Σ w_y                  over the targets that are not the ignored class
/// </code></summary>
/// <remarks>
/// y is stored as a number in a target of [.., 1] (<see cref="Tensors.Classes{T}(int[])"/>), for predictions of [.., K]. ε is the label
/// smoothing, w the class weights, 1 unless given: PyTorch's definitions, with its mean over the weights of the counted targets. A target
/// of the ignored class, such as padding, neither counts nor has a gradient. A target of NaN makes the loss and its row of the gradient
/// NaN. In nats.
/// </remarks>
public abstract class ClassLoss : Loss
{
    private readonly double[]? _classWeights;

    /// <summary>Chooses what counts.</summary>
    /// <param name="classWeights">w of each class, [K], each 0 or more and finite; copied.</param>
    /// <param name="ignoreClass">The class that is left out; it need not be one of 0 … K − 1.</param>
    private protected ClassLoss(IReadOnlyList<double>? classWeights, int? ignoreClass)
    {
        for (int n = 0; n < classWeights?.Count; n++) Guard.NotNegative(classWeights[n], $"classWeights[{n}]");
        _classWeights = classWeights is null ? null : [.. classWeights];
        IgnoreClass = ignoreClass;
    }

    internal sealed override bool WeightVaries => _classWeights is not null || IgnoreClass is not null;

    /// <summary>w of each class, [K]; null if each weighs 1.</summary>
    public IReadOnlyList<double>? ClassWeights => _classWeights;

    /// <summary>The class that is left out, if any.</summary>
    public int? IgnoreClass { get; }

    /// <inheritdoc/>
    protected sealed override int TargetWidth(int width) => _classWeights is null || _classWeights.Length == width
        ? 1
        : throw new ShapeException(
            $"classWeights must hold one weight for each of the {width} classes of prediction, but holds {_classWeights.Length}.");

    /// <inheritdoc/>
    protected sealed override void Count<T>(ref InterleavedSum sum, ReadOnlySpan<T> targets, int rows, int width)
    {
        foreach (T target in targets)
            if (!Ignores(target)) sum.Add(T.IsNaN(target) ? 1 : WeightOf(int.CreateTruncating(target)));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A target is none of NaN, the ignored class and an integer 0 … K − 1; the message names its
    /// position and value.</exception>
    protected sealed override void CheckTargets<T>(ReadOnlySpan<T> targets, int width, Tensor<T> target, int start)
    {
        for (int n = 0; n < targets.Length; n++)
        {
            double value = double.CreateTruncating(targets[n]);
            if (double.IsNaN(value) || (double.IsInteger(value) && value >= 0 && value < width) || Ignores(targets[n])) continue;
            string position = Tensors.Show(Tensors.PositionOf(target.Lengths, start + n));
            string ignored = IgnoreClass is null ? "" : $" or {IgnoreClass}";
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"target{position} must be a class, an integer 0 … {width - 1}{ignored}, but is {value}."));
        }
    }

    /// <summary>Whether a target is of the class that is left out.</summary>
    private protected bool Ignores<T>(T target) where T : struct, INumberBase<T> =>
        IgnoreClass is { } ignored && target == T.CreateTruncating(ignored);

    /// <summary>w of a class.</summary>
    private protected double WeightOf(int label) => _classWeights is null ? 1 : _classWeights[label];
}

/// <summary>The negative log-likelihood of the true class when the predictions are log-probabilities already: ℓ = −w_y z_y, ∂ℓ/∂z_j = −w_y
/// [j = y].</summary>
/// <remarks>PyTorch's NLLLoss. It is in [0, ∞) if the predictions are logarithms of probabilities, which is not checked.</remarks>
public sealed class NegativeLogLikelihood : ClassLoss
{
    /// <summary>Chooses what counts.</summary>
    /// <param name="classWeights">w of each class, [K], each 0 or more and finite; all 1 when omitted. Copied.</param>
    /// <param name="ignoreClass">The class that is left out, such as padding; it need not be one of 0 … K − 1. None when omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is out of its range.</exception>
    public NegativeLogLikelihood(IReadOnlyList<double>? classWeights = null, int? ignoreClass = null) : base(classWeights, ignoreClass)
    {
    }

    /// <inheritdoc/>
    public override string Name => "negative log-likelihood";

    /// <inheritdoc/>
    public override string Settings =>
        Guard.Settings(nameof(NegativeLogLikelihood), ("classWeights", ClassWeights), ("ignoreClass", IgnoreClass));

    /// <inheritdoc/>
    protected override void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale)
    {
        gradients.Clear();
        for (int row = 0; row < targets.Length; row++)
        {
            if (Ignores(targets[row])) continue;
            if (T.IsNaN(targets[row]))
            {
                sum.Add(double.NaN);
                if (!gradients.IsEmpty) gradients.Slice(row * width, width).Fill(T.NaN);
                continue;
            }

            int label = int.CreateTruncating(targets[row]);
            double weight = WeightOf(label);
            sum.Add(-weight * double.CreateTruncating(predictions[(row * width) + label]));
            if (!gradients.IsEmpty) gradients[(row * width) + label] = T.CreateTruncating(-weight * scale);
        }
    }
}
