using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>Stochastic gradient descent, with momentum (B. Polyak 1964) or Nesterov's variant of it (I. Sutskever, J. Martens, G. Dahl,
/// G. Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013).
/// <code>
/// (1) d  = g + λ θ                       g = ∂L/∂θ
/// (2) v  = μ v + (1 − τ) d               v = d at the first step
/// (3) d  = v, or d + μ v (Nesterov)      d stays (1) when μ = 0
/// (4) θ  = θ − η d
/// </code></summary>
/// <remarks>PyTorch's SGD: η multiplies the velocity when it is used, not when it is stored as in the papers, so a schedule acts at
/// once.</remarks>
public sealed class Sgd : Optimizer
{
    private readonly double _momentum, _dampening;
    private readonly bool _nesterov;

    /// <summary>Chooses the hyper-parameters.</summary>
    /// <param name="learningRate">η, 0 or more.</param>
    /// <param name="momentum">μ, in [0, 1): the share of the velocity that survives a step.</param>
    /// <param name="dampening">τ, in [0, 1]: the share of the gradient kept out of the velocity.</param>
    /// <param name="nesterov">Whether to look ahead along the velocity.</param>
    /// <param name="weightDecay">λ, 0 or more: the L2 penalty λ‖θ‖²/2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range, or nesterov without momentum or with
    /// dampening.</exception>
    public Sgd(double learningRate, double momentum = 0, double dampening = 0, bool nesterov = false, double weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        _momentum = Guard.BelowOne(momentum, nameof(momentum));
        _dampening = Guard.Require(dampening is >= 0 and <= 1, dampening, nameof(dampening), "in [0, 1]");
        _nesterov = nesterov;
        Guard.Require(!nesterov || momentum > 0, momentum, nameof(momentum), "in (0, 1) for nesterov");
        Guard.Require(!nesterov || dampening == 0, dampening, nameof(dampening), "0 for nesterov");
    }

    /// <inheritdoc/>
    public override string Name => "SGD";

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, object? Value)> HyperParameters =>
        [("momentum", _momentum), ("dampening", _dampening), ("nesterov", _nesterov), ("weightDecay", WeightDecay)];

    /// <inheritdoc/>
    protected override int Slots => _momentum > 0 ? 1 : 0;

    /// <inheritdoc/>
    protected override void Update<T>(ReadOnlySpan<State<T>> states)
    {
        foreach (State<T> state in states)
        {
            Rule<T> rule = new()
            {
                Values = state.Values,
                Gradient = state.Gradient,
                Velocity = Slots > 0 ? state[0] : [],
                Decays = state.WeightDecay > 0,
                Nesterov = _nesterov,
                Eta = T.CreateTruncating(state.LearningRate),
                Mu = T.CreateTruncating(_momentum),
                Lambda = T.CreateTruncating(state.WeightDecay),
                Kept = T.CreateTruncating(state.Steps == 1 ? 1 : 1 - _dampening),
            };
            Elementwise.Run<T, Rule<T>>(rule, 0, state.Values.Length);
        }
    }

    private ref struct Rule<T> : IElementwise<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public Span<T> Values, Velocity;
        public ReadOnlySpan<T> Gradient;
        public bool Decays, Nesterov;
        public T Eta, Mu, Lambda, Kept;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T>
        {
            V theta = Values.Load<T, V>(n), d = Gradient.Load<T, V>(n);
            if (Decays) d += V.Of(Lambda) * theta;                                   // (1)
            if (!Velocity.IsEmpty)
            {
                V v = (V.Of(Mu) * Velocity.Load<T, V>(n)) + (V.Of(Kept) * d);        // (2)
                Velocity.Store(n, v);
                d = Nesterov ? d + (V.Of(Mu) * v) : v;                               // (3)
            }

            Values.Store(n, theta - (V.Of(Eta) * d));                                // (4)
        }
    }
}
