using LstmLab.Formats;

namespace LstmLab.Forecasting;

/// <summary>An ensemble of LSTMs: window [T, I] → LSTM → last hidden state → dropout → linear head → every step at once, or step by
/// step.</summary>
/// <remarks>
/// The recipe: AdamW, gradients clipped at norm 1, learning rate warmed up and then along a cosine, a moving average of the weights that is
/// validated, stopped on and kept. Inputs are the target, covariates and columns known ahead, scaled on training rows alone; the columns
/// known ahead are read at the last step to be forecast. Members differ in their seed alone and are trained side by side.
/// </remarks>
public sealed record LstmForecaster : IForecaster
{
    /// <summary>Chooses the size.</summary>
    /// <param name="hiddenSize">H of each layer.</param>
    /// <param name="layers">Layers on top of one another.</param>
    public LstmForecaster(int hiddenSize = 32, int layers = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        (HiddenSize, Layers) = (hiddenSize, layers);
    }

    /// <summary>What tables call it.</summary>
    public string Name { get; init; } = "LSTM";

    /// <summary>H.</summary>
    public int HiddenSize { get; }

    /// <summary>Layers on top of one another.</summary>
    public int Layers { get; }

    /// <summary>Number of members, whose seeds are 0, 1, 2 …</summary>
    public int Members { get; init; } = 5;

    /// <summary>A model whose errors are learnt instead of the target, and seen as far as they are known: the network starts as that model
    /// exactly.
    /// Null for none.</summary>
    public IForecaster? ResidualOn { get; init; }

    /// <summary>How inputs, and targets that are no residuals, are scaled; <see cref="Harmonics"/> makes them anomalies.</summary>
    public IScaler Scaler { get; init; } = new StandardScaler();

    /// <summary>Quantiles to learn, rising, by the pinball loss; the one nearest to 0.5 is the point forecast. Empty for the mean, by
    /// squared error.</summary>
    public IReadOnlyList<double> Levels { get; init; } = [];

    /// <summary>True trains on one step and feeds each forecast back as the next input; false forecasts all steps at once.</summary>
    public bool Recursive { get; init; }

    /// <summary>True for a target that is a variance, such as a squared return: the network learns the logarithm of its ratio to the base
    /// model, or to the mean of training, by QLIKE. Forecasts are positive.</summary>
    public bool Variance { get; init; }

    /// <summary>Ends between which forecasts must lie, as a probability in (0, 1); null for none.</summary>
    public (double Low, double High)? Bounds { get; init; }

    /// <summary>Most passes over the training windows.</summary>
    public int Epochs { get; init; } = 60;

    /// <summary>Windows a step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Rows between training windows; 1 uses all.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Highest learning rate.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>AdamW's λ.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Probability of dropping a value of the last hidden state.</summary>
    public double Dropout { get; init; } = 0.3;

    /// <summary>Decay of the moving average of the weights.</summary>
    public double Averaging { get; init; } = 0.99;

    /// <summary>Epochs without improvement on validation after which training stops; the best epoch's weights are kept.</summary>
    public int Patience { get; init; } = 15;

    /// <summary>Receives the number of finished members.</summary>
    public IProgress<int>? Progress { get; init; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no window in training or validation, or a recursive forecast has covariates or a base
    /// model.</exception>
    public IFittedForecaster Fit(IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ForecastTask task = training[0].Task;
        if (Recursive && (task.PastCovariates.Count > 0 || ResidualOn is not null))
            throw new ArgumentException($"{Name} is recursive: it would need the future of "
                + $"{(ResidualOn is null ? string.Join(", ", task.PastCovariates) : ResidualOn.Name)}. Forecast directly, or leave them "
                + "out.");
        if (Variance && Levels.Count > 0)
            throw new ArgumentException($"{Name} learns a variance; quantiles of it are not offered. Leave out Levels, or wrap it in "
                + "Conformal.");
        if (validation.Zip(training).All(series => series.First.Origin <= series.Second.Origin))
            throw new ArgumentException($"{Name} stops on rows of validation, but there are none: give the split validation and, within "
                + "Conformal, a CalibrationShare below 1.");
        WindowBuilder builder = new(this, training, ResidualOn?.Fit(training, validation));
        Dataset<float> train = builder.Samples(training, k => 0, Stride), held = builder.Samples(validation, k => training[k].Origin, 1);
        return new FittedLstm(this, builder, Seeds.Run(Members, seed => Train(seed, builder, train, held), progress: Progress));
    }

    /// <summary>The ensemble that <see cref="FittedLstm.Save"/> wrote: networks are read, scalers and the base model are fitted again to
    /// the task's training rows.</summary>
    /// <param name="task">The task it was trained for.</param>
    /// <param name="folder">Where it was written.</param>
    /// <exception cref="ModelFileException">A file is damaged, or holds a network of another recipe or task; the message names
    /// it.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public FittedLstm Load(ForecastTask task, string folder)
    {
        ArgumentNullException.ThrowIfNull(task);
        WindowBuilder builder = new(this, task.Training, ResidualOn?.Fit(task.Training, task.Validation));
        return new(this, builder, [.. Enumerable.Range(0, Members).Select(member =>
        {
            Model<float> model = Network((ulong)member, builder);
            model.LoadWeights(FittedLstm.File(folder, member));
            return (model, new History([], StopReason.Completed, 0));
        })]);
    }

    /// <summary>The network before training.</summary>
    internal Model<float> Network(ulong seed, WindowBuilder builder)
    {
        Dense<float> head = new(HiddenSize, builder.Steps.Count * Math.Max(1, Levels.Count));
        Model<float> model = new(seed, new Lstm<float>(builder.Width, HiddenSize, Layers, returnSequences: false),
            new Dropout<float>(Dropout), head);
        // The network starts as its first guess.
        if (ResidualOn is not null || Variance)
            foreach (Parameter<float> parameter in head.Parameters) Array.Clear(parameter.Values);
        return model;
    }

    private (Model<float>, History) Train(ulong seed, WindowBuilder builder, Dataset<float> train, Dataset<float> held)
    {
        int warmUp = Math.Max(1, Epochs / 12);
        Model<float> model = Network(seed, builder);
        History history = model.Train(
            train.X, train.Y,
            Variance ? new VarianceLikelihood() : Levels.Count == 0 ? new MeanSquaredError() : new QuantileLoss([.. Levels]),
            new AdamW(LearningRate, weightDecay: WeightDecay), Epochs, BatchSize, seed,
            validation: held, earlyStopping: new(Patience), clipping: new ClipByNorm(1),
            schedule: new WarmUp(warmUp, new CosineDecay(Math.Max(1, Epochs - warmUp))), weightAverageDecay: Averaging);
        return (model, history);
    }
}
