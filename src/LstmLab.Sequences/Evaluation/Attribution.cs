using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Sequences;

/// <summary>How much each step of a sequence adds to an answer of a model: integrated gradients.
/// M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks", 2017.
/// <code>
/// a_te  = (x_te − b_te) ∫₀¹ ∂f/∂x_te (b + s (x − b)) ds
/// a_t   = Σ_e a_te,    Σ_t a_t = f(x) − f(b)          (completeness)
/// </code></summary>
/// <param name="Steps">a_t of each step, [T].</param>
/// <param name="Baseline">f(b), the answer without the sequence.</param>
/// <param name="Answer">f(x).</param>
public sealed record Attribution(IReadOnlyList<double> Steps, double Baseline, double Answer)
{
    /// <summary>Σ_t a_t − (f(x) − f(b)): 0 but for the error of the integral and of rounding.</summary>
    public double CompletenessError => Steps.Sum() - (Answer - Baseline);

    /// <summary>Attributes an answer to the steps of one sequence of vectors, such as the embeddings of words.</summary>
    /// <remarks>
    /// The integral is the mean over the middles of equal parts of the way from b to x, whose error falls with the square of their number;
    /// all are computed in one pass, side by side on the batch axis. Gradients of the model's parameters are added to, as by every backward
    /// pass.
    /// </remarks>
    /// <param name="model">From vectors [T, B, E] to answers [B, O]: calls of layers, without dropout here.</param>
    /// <param name="x">The sequence, [T, 1, E].</param>
    /// <param name="direction">Weights of the answers, [O]: f is their weighted sum, e.g. (−1, 1) for the difference of two.</param>
    /// <param name="baseline">b, [T, 1, E]; zeros if null.</param>
    /// <param name="points">Parts of the way, at least 1.</param>
    /// <exception cref="ShapeException">x or the baseline is not [T, 1, E], or direction has not one weight for each answer.</exception>
    public static Attribution Of<T>(
        Func<Value<T>, Value<T>> model, Tensor<T> x, IReadOnlyList<double> direction, Tensor<T>? baseline = null, int points = 64)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(direction);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        if (x.Rank != 3 || x.Lengths[1] != 1) throw new ShapeException($"x must be [T, 1, E], but is {x.Shape()}.");
        T[] to = x.ToArray(), from = baseline?.ToArray() ?? new T[to.Length];
        if (baseline is not null && !baseline.Lengths.SequenceEqual(x.Lengths))
            throw new ShapeException($"baseline must be {x.Shape()} as x, but is {baseline.Shape()}.");
        int steps = (int)x.Lengths[0], width = (int)x.Lengths[2], batch = points + 2;

        // Side by side: b, the middles of the parts, x.
        Tensor<T> path = Tensors.Zeros<T>(steps, batch, width);
        for (int n = 0; n < batch; n++)
        {
            T share = T.CreateChecked(n == 0 ? 0 : n > points ? 1 : (n - 0.5) / points);
            for (int t = 0; t < steps; t++)
                for (int e = 0; e < width; e++)
                    path[t, n, e] = from[(t * width) + e] + (share * (to[(t * width) + e] - from[(t * width) + e]));
        }

        Tape<T> tape = new Tape<T>().Begin(Pass.PredictWithGradient);
        Value<T> input = tape.Input(path, needsGradient: true), y = model(input);
        if (y.Data.Rank != 2 || y.Data.Lengths[0] != batch || y.Data.Lengths[1] != direction.Count)
            throw new ShapeException($"The model's answers must be [{batch}, {direction.Count}] as direction, but are {y.Data.Shape()}.");
        Tensor<T> seeds = Tensors.Zeros<T>(batch, direction.Count);
        for (int n = 1; n <= points; n++)
            for (int o = 0; o < direction.Count; o++)
                seeds[n, o] = T.CreateChecked(direction[o]);
        tape.Backward((y, seeds));
        double[] attributions = new double[steps];
        for (int t = 0; t < steps; t++)
        {
            for (int e = 0; e < width; e++)
            {
                double slopes = 0;
                for (int n = 1; n <= points; n++) slopes += double.CreateChecked(input.Gradient![t, n, e]);
                attributions[t] += double.CreateChecked(to[(t * width) + e] - from[(t * width) + e]) * slopes / points;
            }
        }

        return new(attributions, Weighted(0), Weighted(points + 1));

        double Weighted(int n) => direction.Select((weight, o) => weight * double.CreateChecked(y.Data[n, o])).Sum();
    }
}
