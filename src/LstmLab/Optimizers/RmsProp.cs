namespace LstmLab.Optimizers;

/// <summary>Divides each gradient by a running root mean square of it: T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", COURSERA: Neural
/// Networks for Machine Learning, 2012; centred by A. Graves, "Generating sequences with recurrent neural networks", arXiv:1308.0850, 2013.
/// <code>
/// (1) d  = g + λ θ                       g = ∂L/∂θ
/// (2) s  = α s + (1 − α) d²
/// (3) a  = α a + (1 − α) d               centred only
/// (4) r  = √s + ε, or √(s − a²) + ε      centred
/// (5) v  = μ v + d / r                   v = d / r when μ = 0
/// (6) θ  = θ − η v
/// </code></summary>
/// <remarks>PyTorch's RMSprop: ε stands outside the root; Graves has it inside, and η in (5). s − a² is a variance: where rounding makes it
/// negative it counts as 0, where PyTorch gives NaN.</remarks>
public sealed class RmsProp : Optimizer
{
    private readonly double _alpha, _epsilon, _momentum, _weightDecay;
    private readonly bool _centered;

    /// <summary>Chooses the hyper-parameters.</summary>
    /// <param name="learningRate">η, 0 or more.</param>
    /// <param name="alpha">α, in [0, 1): the memory of the averages, about 1/(1 − α) steps.</param>
    /// <param name="epsilon">ε, 0 or more: keeps the division finite.</param>
    /// <param name="momentum">μ, in [0, 1).</param>
    /// <param name="centered">Whether to divide by the standard deviation instead of the root mean square.</param>
    /// <param name="weightDecay">λ, 0 or more: the L2 penalty λ‖θ‖²/2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public RmsProp(double learningRate = 0.01, double alpha = 0.99, double epsilon = 1e-8, double momentum = 0, bool centered = false, double weightDecay = 0)
        : base(learningRate)
    {
        _alpha = HyperParameter.BelowOne(alpha, nameof(alpha));
        _epsilon = HyperParameter.NotNegative(epsilon, nameof(epsilon));
        _momentum = HyperParameter.BelowOne(momentum, nameof(momentum));
        _weightDecay = HyperParameter.NotNegative(weightDecay, nameof(weightDecay));
        _centered = centered;
    }

    /// <inheritdoc/>
    public override string Name => "RMSprop";

    /// <inheritdoc/>
    protected override int Slots => 1 + (_centered ? 1 : 0) + (_momentum > 0 ? 1 : 0);

    /// <inheritdoc/>
    protected override void Update<T>(Span<T> values, ReadOnlySpan<T> gradient, State<T> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        T eta = T.CreateTruncating(LearningRate), mu = T.CreateTruncating(_momentum), lambda = T.CreateTruncating(_weightDecay);
        T alpha = T.CreateTruncating(_alpha), fresh = T.CreateTruncating(1 - _alpha), epsilon = T.CreateTruncating(_epsilon);
        Span<T> square = state[0], average = _centered ? state[1] : [], velocity = _momentum > 0 ? state[Slots - 1] : [];
        for (int n = 0; n < values.Length; n++)
        {
            T theta = values[n], d = gradient[n];
            if (_weightDecay > 0) d += lambda * theta;       // (1)
            T s = (alpha * square[n]) + (fresh * d * d);     // (2)
            square[n] = s;
            if (_centered)
            {
                T a = (alpha * average[n]) + (fresh * d);    // (3)
                average[n] = a;
                s = T.Max(s - (a * a), T.Zero);
            }

            T v = d / (T.Sqrt(s) + epsilon);                 // (4)
            if (_momentum > 0)
            {
                v += mu * velocity[n];                       // (5)
                velocity[n] = v;
            }

            values[n] = theta - (eta * v);                   // (6)
        }
    }
}
