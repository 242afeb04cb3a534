namespace LstmLab;

/// <summary>What a forward pass is for.</summary>
public readonly record struct Pass
{
    private readonly bool _forwardOnly;

    private Pass(bool training, bool forwardOnly, ulong seed, int step)
    {
        Training = training;
        _forwardOnly = forwardOnly;
        Seed = seed;
        Step = step;
    }

    /// <summary>For prediction: no dropout, and nothing is kept for a backward pass.</summary>
    public static Pass Predict { get; } = new(false, true, 0, 0);

    /// <summary>Without dropout, as in prediction, but with all that a backward pass needs: for sensitivities and for looking at
    /// gradients.</summary>
    public static Pass PredictWithGradient { get; }

    /// <summary>One step of a training: dropout acts.</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="step">The number of the step, counted over all epochs: masks are drawn from streams keyed by (seed, layer,
    /// step).</param>
    public static Pass Train(ulong seed, int step) => new(true, false, seed, step);

    /// <summary>Whether dropout acts.</summary>
    public bool Training { get; }

    /// <summary>Whether a backward pass may follow.</summary>
    public bool HasBackward => !_forwardOnly;

    /// <summary>The experiment's seed.</summary>
    public ulong Seed { get; }

    /// <summary>The number of the training step.</summary>
    public int Step { get; }
}
