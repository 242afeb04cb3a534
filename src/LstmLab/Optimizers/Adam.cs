using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>Steps of about η in every direction, by running averages of the gradient and of its square: D. Kingma, J. Ba, "Adam: a method
/// for stochastic optimization", ICLR 2015; AMSGrad by S. Reddi, S. Kale, S. Kumar, "On the convergence of Adam and beyond", ICLR 2018.
/// <code>
/// (1) d  = g + λ θ                       g = ∂L/∂θ
/// (2) m  = β₁ m + (1 − β₁) d
/// (3) s  = β₂ s + (1 − β₂) d²
/// (4) ŝ  = s, or max(ŝ, s) (AMSGrad)
/// (5) r  = √ŝ / √(1 − β₂ᵗ) + ε           t = 1 at the first step
/// (6) θ  = θ − η / (1 − β₁ᵗ) · m / r
/// </code></summary>
/// <remarks>PyTorch's Adam, which is algorithm 1 of the paper; the paper's AMSGrad has no division in (5) and (6).</remarks>
public class Adam : Optimizer
{
    private readonly double _beta1, _beta2, _epsilon;
    private readonly bool _amsgrad, _decoupled;
    private Powers _powers1, _powers2;
    private (int Steps, double OfMean, double OfRoot) _corrections;

    /// <summary>Chooses the hyper-parameters.</summary>
    /// <param name="learningRate">η, 0 or more.</param>
    /// <param name="beta1">β₁, in [0, 1): the memory of the mean gradient.</param>
    /// <param name="beta2">β₂, in [0, 1): the memory of the mean square.</param>
    /// <param name="epsilon">ε, 0 or more: keeps the division finite.</param>
    /// <param name="weightDecay">λ, 0 or more: the L2 penalty λ‖θ‖²/2, whose gradient is averaged and divided like the loss's.</param>
    /// <param name="amsgrad">Whether the mean square may never fall.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Adam(
        double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0,
        bool amsgrad = false)
        : this(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, decoupled: false)
    {
    }

    private protected Adam(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool amsgrad, bool decoupled)
        : base(learningRate, weightDecay)
    {
        _beta1 = Guard.BelowOne(beta1, nameof(beta1));
        _beta2 = Guard.BelowOne(beta2, nameof(beta2));
        _epsilon = Guard.NotNegative(epsilon, nameof(epsilon));
        _amsgrad = amsgrad;
        _decoupled = decoupled;
        _powers1 = new(_beta1);
        _powers2 = new(_beta2);
    }

    /// <inheritdoc/>
    public override string Name => "Adam";

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, object? Value)> HyperParameters => _decoupled
        ? [("beta1", _beta1), ("beta2", _beta2), ("epsilon", _epsilon), ("weightDecay", WeightDecay)]
        : [("beta1", _beta1), ("beta2", _beta2), ("epsilon", _epsilon), ("weightDecay", WeightDecay), ("amsgrad", _amsgrad)];

    /// <inheritdoc/>
    protected override int Slots => _amsgrad ? 3 : 2;

    /// <inheritdoc/>
    protected override void Update<T>(ReadOnlySpan<State<T>> states)
    {
        foreach (State<T> state in states)
        {
            if (_corrections.Steps != state.Steps)
                _corrections = (state.Steps, 1 - _powers1.At(state.Steps), Math.Sqrt(1 - _powers2.At(state.Steps)));
            Rule<T> rule = new()
            {
                Values = state.Values,
                Gradient = state.Gradient,
                Mean = state[0],
                Square = state[1],
                Largest = _amsgrad ? state[2] : [],
                Decoupled = _decoupled,
                Decays = state.WeightDecay > 0,
                Beta1 = T.CreateTruncating(_beta1),
                Fresh1 = T.CreateTruncating(1 - _beta1),
                Beta2 = T.CreateTruncating(_beta2),
                Fresh2 = T.CreateTruncating(1 - _beta2),
                Epsilon = T.CreateTruncating(_epsilon),
                Lambda = T.CreateTruncating(state.WeightDecay),
                Shrink = T.CreateTruncating(1 - (state.LearningRate * state.WeightDecay)),
                StepSize = T.CreateTruncating(state.LearningRate / _corrections.OfMean),
                Correction2 = T.CreateTruncating(_corrections.OfRoot),
            };
            Elementwise.Run<T, Rule<T>>(rule, 0, state.Values.Length);
        }
    }

    // βᵗ = β^(t − t mod 64) · β^(t mod 64), of which the first factor serves 64 steps: a power of its own would be a seventh of a small
    // net's step.
    private struct Powers(double value)
    {
        private int _block;
        private double _ofBlock = 1;

        public double At(int n)
        {
            int rest = n % 64;
            if (n - rest != _block)
            {
                _block = n - rest;
                _ofBlock = Guard.Power(value, n - rest);
            }

            return _ofBlock * Guard.Power(value, rest);
        }
    }

    private ref struct Rule<T> : IElementwise<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public Span<T> Values, Mean, Square, Largest;
        public ReadOnlySpan<T> Gradient;
        public bool Decoupled, Decays;
        public T Beta1, Fresh1, Beta2, Fresh2, Epsilon, Lambda, Shrink, StepSize, Correction2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T>
        {
            V theta = Values.Load<T, V>(n), d = Gradient.Load<T, V>(n);
            if (Decoupled) theta *= V.Of(Shrink);                                             // (1) of AdamW
            else if (Decays) d += V.Of(Lambda) * theta;                                       // (1)
            V m = (V.Of(Beta1) * Mean.Load<T, V>(n)) + (V.Of(Fresh1) * d);                    // (2)
            V s = (V.Of(Beta2) * Square.Load<T, V>(n)) + (V.Of(Fresh2) * d * d);              // (3)
            Mean.Store(n, m);
            Square.Store(n, s);
            if (!Largest.IsEmpty)
            {
                s = V.Max(Largest.Load<T, V>(n), s);                                          // (4)
                Largest.Store(n, s);
            }

            V r = (V.Sqrt(s) / V.Of(Correction2)) + V.Of(Epsilon);                            // (5)
            Values.Store(n, theta - (V.Of(StepSize) * m / r));                                // (6)
        }
    }
}

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
