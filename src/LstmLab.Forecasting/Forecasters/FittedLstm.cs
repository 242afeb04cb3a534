using System.Numerics.Tensors;
using LstmLab.Formats;

namespace LstmLab.Forecasting;

/// <summary>A trained ensemble of LSTMs.</summary>
public sealed class FittedLstm : IFittedForecaster
{
    private readonly LstmForecaster _spec;
    private readonly WindowBuilder _builder;
    private readonly Model<float>[] _models;

    internal FittedLstm(LstmForecaster spec, WindowBuilder builder, (Model<float> Model, History History)[] members) =>
        (_spec, _builder, _models, Histories) = (spec, builder, [.. members.Select(member => member.Model)],
        [.. members.Select(member => member.History)]);

    /// <inheritdoc/>
    public int Lookback => _builder.Lookback;

    /// <summary>The members' networks: LSTM, dropout, head.</summary>
    public IReadOnlyList<Model<float>> Models => _models;

    /// <summary>The course of each member's training, in the scale of the network.</summary>
    public IReadOnlyList<History> Histories { get; }

    /// <inheritdoc/>
    /// <remarks>The point is the mean of the members, quantiles are means of theirs, put in rising order.</remarks>
    public IReadOnlyList<Forecast> Forecast(IReadOnlyList<ForecastContext> origins)
    {
        ArgumentNullException.ThrowIfNull(origins);
        if (origins.Count == 0) return [];
        double[][] baseForecasts = _builder.BaseForecasts(origins);
        Tensor<float> x = _builder.Inputs(origins);
        float[][][] answers = [.. _models.Select(model => _spec.Recursive ? Iterated(model, origins) : Rows(model.Predict(x)))];
        return [.. origins.Select((context, n) => Forecast(context, baseForecasts[n], [.. answers.Select(answer => answer[n])]))];
    }

    /// <summary>Writes the networks into a folder, a .safetensors file for each member; <see cref="LstmForecaster.Load"/> reads
    /// them.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <exception cref="IOException">A file could not be written; each is written whole or not at all.</exception>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (n, model) in _models.Index()) model.Save(File(folder, n));
    }

    /// <summary>The file of a member.</summary>
    internal static string File(string folder, int member) => Path.Combine(folder, $"member-{member}.safetensors");

    /// <summary>The memory of a member at each origin: the last layer's cell state after the window, [origins][H].</summary>
    /// <param name="origins">The origins.</param>
    /// <param name="member">Number of the member.</param>
    public double[][] CellStates(IReadOnlyList<ForecastContext> origins, int member = 0)
    {
        Model<float> model = _models[member];
        // In one batch, so that the final states are those of all origins.
        model.Predict(_builder.Inputs(origins), batchSize: origins.Count);
        Tensor<float> c = ((Lstm<float>)model.Layers[0]).Final.C!;
        int layer = (int)c.Lengths[0] - 1;
        return [.. origins.Select((_, n) => Enumerable.Range(0, _spec.HiddenSize).Select(unit => (double)c[layer, n, unit]).ToArray())];
    }

    // Which of the levels is the point forecast.
    private int PointLevel => _spec.Levels.Count == 0 ? 0 : _spec.Levels.Index().MinBy(level => Math.Abs(level.Item - 0.5)).Index;

    private Forecast Forecast(ForecastContext context, double[] baseForecasts, float[][] answers)
    {
        int levels = Math.Max(1, _spec.Levels.Count);
        double[][][] values = [.. answers.Select(answer => context.Task.Steps.Select((step, s) =>
            Enumerable.Range(0, levels).Select(q => _builder.Inverse(context, step, answer[(s * levels) + q], baseForecasts[s])).ToArray())
            .ToArray())];
        double[][] mean = [.. context.Task.Steps.Select((_, s) =>
            Enumerable.Range(0, levels).Select(q => values.Average(member => member[s][q])).ToArray())];
        return new([.. mean.Select(step => step[PointLevel])])
        {
            Levels = _spec.Levels,
            Quantiles = _spec.Levels.Count == 0 ? [] : [.. mean.Select(step => step.Order().ToArray())],
            Members = _models.Length == 1 ? [] : [.. values.Select(member => member.Select(step => step[PointLevel]).ToArray())],
        };
    }

    // Quantiles of a step do not add up over steps, so the point is what is fed back.
    private float[][] Iterated(Model<float> model, IReadOnlyList<ForecastContext> origins)
    {
        float[][] path = [.. origins.Select(_ => Array.Empty<float>())], answers = path;
        IReadOnlyList<int> steps = origins[0].Task.Steps;
        for (int k = 1; k <= steps[^1]; k++)
        {
            float[][] next = Rows(model.Predict(_builder.Inputs(origins, path)));
            path = [.. path.Zip(next, (before, answer) => (float[])[.. before, answer[PointLevel]])];
            if (steps.Contains(k)) answers = [.. answers.Zip(next, (before, answer) => (float[])[.. before, .. answer])];
        }

        return answers;
    }

    private static float[][] Rows(Tensor<float> answers) => [.. Tensors.ToArray(answers).Chunk((int)answers.Lengths[^1])];
}
