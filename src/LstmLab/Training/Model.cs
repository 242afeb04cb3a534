using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Layers one after another, with what is needed to train and to ask them.</summary>
/// <remarks>One instance serves one thread.</remarks>
public sealed class Model<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Layer<T>[] _layers;

    /// <summary>A model whose weights are drawn from seed 0.</summary>
    public Model(params Layer<T>[] layers) : this(0, layers)
    {
    }

    /// <summary>A model whose weights are drawn from a seed.</summary>
    /// <param name="seed">Fixes the initial weights; dropout and shuffling have the seed of Train.</param>
    /// <param name="layers">At least one.</param>
    /// <exception cref="ArgumentException">There are no layers, or one stands twice.</exception>
    public Model(ulong seed, params Layer<T>[] layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Length == 0) throw new ArgumentException("A model needs at least one layer.", nameof(layers));
        if (layers.Distinct().Count() < layers.Length) throw new ArgumentException("A layer stands twice in the model; each place needs a layer of its own.", nameof(layers));
        _layers = layers;
        Parameters = [.. layers.SelectMany((layer, n) => layer.Parameters.Select(parameter => parameter.WithName($"{n}.{parameter.Name}")))];
        for (int n = 0; n < layers.Length; n++) layers[n].NumberStreams(1000 * n);
        Initialize(seed);
    }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<Layer<T>> Layers => _layers;

    /// <summary>All learnable blocks, named by the layer's number and PyTorch's name, e.g. 0.weight_ih_l0.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>Number of learnable numbers.</summary>
    public int ParameterCount => Parameters.Sum(parameter => parameter.Values.Length);

    /// <summary>Draws all weights anew.</summary>
    public void Initialize(ulong seed)
    {
        for (int n = 0, first = 0; n < _layers.Length; first += _layers[n].Parameters.Count, n++) _layers[n].Initialize(seed, first);
    }

    /// <summary>Runs all layers; the result is overwritten by the next pass.</summary>
    /// <param name="x">Inputs, [T, B, I].</param>
    /// <param name="pass">Training or inference, lengths, dropout's stream.</param>
    public Tensor<T> Forward(Tensor<T> x, Pass pass)
    {
        for (int n = 0; n < _layers.Length; n++) x = _layers[n].Forward(x, pass);
        return x;
    }

    /// <summary>Carries ∂L/∂outputs back through all layers, adds to the parameters' gradients, and returns ∂L/∂x.</summary>
    public Tensor<T> Backward(Tensor<T> dY)
    {
        for (int n = _layers.Length - 1; n >= 0; n--) dY = _layers[n].Backward(dY);
        return dY;
    }

    /// <summary>Sets all gradients to 0.</summary>
    public void ClearGradients()
    {
        for (int n = 0; n < Parameters.Count; n++) Array.Clear(Parameters[n].Gradient);
    }

    /// <summary>The model's answers, without dropout; a copy.</summary>
    /// <param name="x">Inputs, [T, B, I].</param>
    /// <param name="lengths">Length of each sequence; all T when omitted.</param>
    public Tensor<T> Predict(Tensor<T> x, IReadOnlyList<int>? lengths = null) => Forward(x, new Pass(false, lengths, ForwardOnly: true)).To<T, T>();

    /// <summary>The loss on samples, without dropout and without changing the model.</summary>
    public double Evaluate(Dataset<T> samples, Loss loss)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(loss);
        samples.Require("samples");
        return loss.Evaluate(Forward(samples.X, new Pass(false, samples.Lengths, ForwardOnly: true)), samples.Y, null, samples.Lengths);
    }

    /// <summary>Trains the model in place.</summary>
    /// <param name="x">Inputs, [T, N, I].</param>
    /// <param name="y">Targets, [T, N, O], or [N, O] for a model that answers once a sequence.</param>
    /// <param name="loss">What is made small.</param>
    /// <param name="optimizer">How; its learning rate is the initial one.</param>
    /// <param name="epochs">Passes over all samples.</param>
    /// <param name="batchSize">Samples a step; the last batch of an epoch may be smaller.</param>
    /// <param name="seed">Fixes shuffling and dropout: same seed, same bits.</param>
    /// <param name="shuffle">Whether each epoch takes the samples in a new random order.</param>
    /// <param name="lengths">Length of each sequence; all T when omitted.</param>
    /// <param name="validation">Samples on which the loss is measured after each epoch; never trained on.</param>
    /// <param name="earlyStopping">When to stop before the last epoch; the best epoch's weights are kept.</param>
    /// <param name="clipping">What is done to the gradients before each step.</param>
    /// <param name="schedule">How the learning rate changes by epoch.</param>
    /// <param name="weightAverageDecay">Decay of the moving average of the weights, in (0, 1): the average is what is validated, stopped on and kept; null keeps the weights themselves.</param>
    /// <param name="checkpoints">Keeps the training's state; if it holds one already, of a training that was stopped or killed, that training goes on
    /// from there, to the very bits of one that was never stopped. The model's and the optimizer's own state are overwritten then.</param>
    /// <param name="progress">Told after every epoch.</param>
    /// <param name="cancellation">Ends training after the running step; the model and the history keep what was reached.</param>
    /// <exception cref="ShapeException">Shapes disagree.</exception>
    /// <exception cref="ArgumentException">x or y holds NaN or infinity; or the checkpoints are of another training.</exception>
    /// <exception cref="DivergenceException">The loss became NaN or infinite.</exception>
    public History Train(
        Tensor<T> x, Tensor<T> y, Loss loss, Optimizer optimizer, int epochs, int batchSize = 32, ulong seed = 0, bool shuffle = true,
        IReadOnlyList<int>? lengths = null, Dataset<T>? validation = null, EarlyStopping? earlyStopping = null, Clipping? clipping = null,
        Schedule? schedule = null, double? weightAverageDecay = null, Checkpointing? checkpoints = null, IProgress<EpochReport>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (weightAverageDecay is not null && checkpoints is not null) throw new ArgumentException("weightAverageDecay and checkpoints exclude each other: a checkpoint holds no average of the weights.", nameof(checkpoints));
        if (weightAverageDecay is not (null or > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(weightAverageDecay), weightAverageDecay, "The decay must lie in (0, 1).");
        Dataset<T> samples = new Dataset<T>(x, y, lengths).Require("samples");
        validation?.Require("validation");
        Trainer<T> trainer = new(this, samples, loss, optimizer)
        {
            BatchSize = Math.Min(batchSize, samples.Count),
            Seed = seed,
            Shuffle = shuffle,
            Validation = validation,
            EarlyStopping = earlyStopping,
            Clipping = clipping ?? new ClipByNorm(double.PositiveInfinity),
            Schedule = schedule,
            Average = weightAverageDecay is { } decay ? new(this, decay) : null,
            Checkpoints = checkpoints,
        };
        return trainer.Run(epochs, progress, cancellation);
    }
}
