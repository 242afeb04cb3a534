using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>Divides each gradient by a running root mean square of it: T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", COURSERA: Neural
/// Networks for Machine Learning, 2012; centered by A. Graves, "Generating sequences with recurrent neural networks", arXiv:1308.0850,
/// 2013.
/// <code>
/// (1) d  = g + λ θ                       g = ∂L/∂θ
/// (2) s  = α s + (1 − α) d²
/// (3) a  = α a + (1 − α) d               centered only
/// (4) r  = √s + ε, or √(s − a²) + ε      centered
/// (5) v  = μ v + d / r                   v = d / r when μ = 0
/// (6) θ  = θ − η v
/// </code></summary>
/// <remarks>PyTorch's RMSprop: ε stands outside the root; Graves has it inside, and η in (5). s − a² is a variance: where rounding makes it
/// negative it counts as 0, where PyTorch gives NaN.</remarks>
public sealed class RmsProp : Optimizer
{
    private readonly double _alpha, _epsilon, _momentum;
    private readonly bool _centered;

    /// <summary>Chooses the hyper-parameters.</summary>
    /// <param name="learningRate">η, 0 or more.</param>
    /// <param name="alpha">α, in [0, 1): the memory of the averages, about 1/(1 − α) steps.</param>
    /// <param name="epsilon">ε, 0 or more: keeps the division finite.</param>
    /// <param name="momentum">μ, in [0, 1).</param>
    /// <param name="centered">Whether to divide by the standard deviation instead of the root mean square.</param>
    /// <param name="weightDecay">λ, 0 or more: the L2 penalty λ‖θ‖²/2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public RmsProp(
        double learningRate = 0.01, double alpha = 0.99, double epsilon = 1e-8, double momentum = 0, bool centered = false,
        double weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        _alpha = Guard.BelowOne(alpha, nameof(alpha));
        _epsilon = Guard.NotNegative(epsilon, nameof(epsilon));
        _momentum = Guard.BelowOne(momentum, nameof(momentum));
        _centered = centered;
    }

    /// <inheritdoc/>
    public override string Name => "RMSprop";

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, object? Value)> HyperParameters =>
        [("alpha", _alpha), ("epsilon", _epsilon), ("momentum", _momentum), ("centered", _centered), ("weightDecay", WeightDecay)];

    /// <inheritdoc/>
    protected override int Slots => 1 + (_centered ? 1 : 0) + (_momentum > 0 ? 1 : 0);

    /// <inheritdoc/>
    protected override void Update<T>(ReadOnlySpan<State<T>> states)
    {
        foreach (State<T> state in states)
        {
            Rule<T> rule = new()
            {
                Values = state.Values,
                Gradient = state.Gradient,
                Square = state[0],
                Average = _centered ? state[1] : [],
                Velocity = _momentum > 0 ? state[Slots - 1] : [],
                Decays = state.WeightDecay > 0,
                Eta = T.CreateTruncating(state.LearningRate),
                Mu = T.CreateTruncating(_momentum),
                Lambda = T.CreateTruncating(state.WeightDecay),
                Alpha = T.CreateTruncating(_alpha),
                Fresh = T.CreateTruncating(1 - _alpha),
                Epsilon = T.CreateTruncating(_epsilon),
            };
            Elementwise.Run<T, Rule<T>>(rule, 0, state.Values.Length);
        }
    }

    private ref struct Rule<T> : IElementwise<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public Span<T> Values, Square, Average, Velocity;
        public ReadOnlySpan<T> Gradient;
        public bool Decays;
        public T Eta, Mu, Lambda, Alpha, Fresh, Epsilon;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T>
        {
            V theta = Values.Load<T, V>(n), d = Gradient.Load<T, V>(n);
            if (Decays) d += V.Of(Lambda) * theta;                                           // (1)
            V s = (V.Of(Alpha) * Square.Load<T, V>(n)) + (V.Of(Fresh) * d * d);              // (2)
            Square.Store(n, s);
            if (!Average.IsEmpty)
            {
                V a = (V.Of(Alpha) * Average.Load<T, V>(n)) + (V.Of(Fresh) * d);             // (3)
                Average.Store(n, a);
                s = V.Max(V.Of(T.Zero), s - (a * a));
            }

            V v = d / (V.Sqrt(s) + V.Of(Epsilon));                                           // (4)
            if (!Velocity.IsEmpty)
            {
                v += V.Of(Mu) * Velocity.Load<T, V>(n);                                      // (5)
                Velocity.Store(n, v);
            }

            Values.Store(n, theta - (V.Of(Eta) * v));                                        // (6)
        }
    }
}
