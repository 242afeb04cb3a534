using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Sequences;

/// <summary>
/// Connectionist temporal classification: the loss of a network that reads T frames and writes U ≤ T labels without being told when.
/// Each frame emits a label or the blank; a path of T emissions becomes a labeling when equal neighbors are merged and blanks removed.
/// <code>
/// y_t     = softmax(z_t)
/// l'      = blank, l_1, blank, l_2, …, l_U, blank                       S = 2U + 1 states
/// α_t(s)  = y_t(l'_s) [α_t−1(s) + α_t−1(s−1) + α_t−1(s−2)]              the last term only if l'_s is no blank and not l'_s−2
/// β_t(s)  = Σ y_t+1(l'_r) β_t+1(r)                                      r = s, s+1, and s+2 under the same condition
/// p(l|z)  = α_T(S) + α_T(S−1)
/// L       = −ln p(l|z)
/// γ_t(s)  = α_t(s) β_t(s) / p(l|z)
/// ∂L/∂z_t(k) = y_t(k) − Σ_s [l'_s = k] γ_t(s)
/// </code></summary>
/// <remarks>
/// Logits z are [T, B, K] with lengths, labels [U, B, 1] with lengths of their own; a sequence may have no labels. The loss is [B, 1], one
/// for each sequence; a model's mean over the batch is <c>Loss.Of((loss, _) => (loss, 1), "mean")</c> with targets of 0. Sums are
/// in logarithms and in double, states and classes upwards, whatever the number type; padding and the batch change no bit. A. Graves, S.
/// Fernández, F. Gomez, J. Schmidhuber, "Connectionist temporal classification: labelling unsegmented sequence data with recurrent neural
/// networks", ICML 2006, section 4. B·T·S steps.
/// </remarks>
public sealed class Ctc<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Chooses the blank.</summary>
    /// <param name="blank">The class that emits nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public Ctc(int blank = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blank);
        Blank = blank;
    }

    /// <summary>The class that emits nothing.</summary>
    public int Blank { get; }

    /// <inheritdoc/>
    public override string Description => $"Ctc(blank {Blank})";

    /// <summary>1, the loss.</summary>
    public override int? OutputWidth(int? inputWidth) => 1;

    /// <summary>True for the logits; labels have no derivative.</summary>
    public override bool HasInputGradient(int input) => input == 0;

    /// <summary>The negative log-likelihood of each sequence's labels, in nats.</summary>
    /// <param name="logits">z, [T, B, K], with the lengths of its sequences.</param>
    /// <param name="labels">Class numbers [U, B, 1], with lengths from 0 to U; none of them the blank.</param>
    /// <returns>L, [B, 1].</returns>
    /// <exception cref="ShapeException">A shape disagrees, or K does not have the blank.</exception>
    /// <exception cref="ArgumentException">A label is the blank or no class number, or the labels of a sequence do not fit into its
    /// frames: equal neighbors need a blank between them.</exception>
    public Value<T> Loss(Value<T> logits, Value<T> labels) => Record(logits, labels)[0];

    /// <summary>The loss of logits and labels.</summary>
    public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs) => inputs.Length == 2
        ? Loss(inputs[0], inputs[1])
        : throw new ArgumentException($"{Description} takes logits and labels, but was called with {inputs.Length} inputs.");

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> logits = call.Input(), labels = call.Input(1);
        SequenceInputs.Require(logits, "logits");
        (int steps, int batch, int classes) = SizesOf(logits.Data);
        ClassNumbers.Require(labels, "labels", batch);
        Workspace workspace = call.State(() => new Workspace());
        Span<T> losses = call.Output(0, null, batch, 1).Flat();
        Span<T> gradients = call.Pass.HasBackward && logits.NeedsGradient ? call.Buffer(0, steps, batch, classes).Flat() : [];
        gradients.Clear();
        for (int b = 0; b < batch; b++)
        {
            int length = logits.Lengths?[b] ?? steps;
            ReadOnlySpan<int> labeling = ClassNumbers.Read(labels, "labels", b, classes, ref workspace.Labels);
            RequireFit(labeling, length, b);
            CtcLattice lattice = workspace.Lattice;
            lattice.Read(logits.Data.Flat(), b, batch, length, classes);
            double logProbability = lattice.Forward(labeling, Blank);
            losses[b] = T.CreateTruncating(-logProbability);
            if (gradients.IsEmpty) continue;
            ReadOnlySpan<double> posteriors = lattice.Posteriors(logProbability);
            for (int t = 0; t < length; t++)
                workspace.Gradient(posteriors, t, classes, gradients.Slice(((t * batch) + b) * classes, classes));
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        call.InputGradient(1)?.Flat().Clear();
        if (call.InputGradient() is not { } input) return;
        int steps = input.Length(0), batch = input.Length(1), classes = input.Length(2);
        ReadOnlySpan<T> gradients = call.Buffer(0, steps, batch, classes).Flat(), dL = call.OutputGradient()!.Flat();
        Span<T> dLogits = input.Flat();
        for (int row = 0; row < steps * batch; row++)
        {
            Span<T> dRow = dLogits.Slice(row * classes, classes);
            TensorPrimitives.Multiply(gradients.Slice(row * classes, classes), dL[row % batch], dRow);
        }
    }

    /// <summary>Reads the most probable path: the largest logit of each frame, equal neighbors merged, blanks removed.</summary>
    /// <remarks>The labeling of the most probable path need not be the most probable labeling; see <see cref="BeamSearch"/>. Of equal
    /// logits the first counts.</remarks>
    /// <param name="logits">[T, B, K].</param>
    /// <param name="lengths">Length of each sequence; all T when omitted.</param>
    /// <returns>The labels of each sequence.</returns>
    /// <exception cref="ShapeException">A shape disagrees, or K does not have the blank.</exception>
    public int[][] Greedy(Tensor<T> logits, IReadOnlyList<int>? lengths = null)
    {
        (int steps, int batch, int classes) = RequireLogits(logits, lengths);
        ReadOnlySpan<T> numbers = logits.Flat();
        int[][] labelings = new int[batch][];
        for (int b = 0; b < batch; b++)
        {
            List<int> labels = [];
            int before = Blank, length = lengths?[b] ?? steps;
            for (int t = 0; t < length; t++)
            {
                ReadOnlySpan<T> frame = numbers.Slice(((t * batch) + b) * classes, classes);
                int best = 0;
                for (int k = 1; k < classes; k++)
                {
                    if (frame[k] > frame[best]) best = k;
                }

                if (best != before && best != Blank) labels.Add(best);
                before = best;
            }

            labelings[b] = [.. labels];
        }

        return labelings;
    }

    /// <summary>Searches for the most probable labelings: after each frame the most probable prefixes of labelings are kept, each with
    /// the sum over all paths that give it.
    /// <code>
    /// b_t(l)   = y_t(blank) [b_t−1(l) + n_t−1(l)]                           paths of l that end in a blank
    /// n_t(l)   = y_t(l_U) [n_t−1(l) + b_t−1(l⁻) + n_t−1(l⁻) [l_U−1 ≠ l_U]]  paths that end in its last label; l⁻ is l without it
    /// p_t(l)   = b_t(l) + n_t(l)
    /// </code></summary>
    /// <remarks>With a width that no prefix falls out of, the first labeling is the most probable one and all probabilities are exact;
    /// otherwise they are lower bounds. Of equally probable prefixes the one that was met first counts. A. Graves, "Supervised sequence
    /// labelling with recurrent neural networks", 2012, section 7.5; A. Hannun et al., "First-pass large vocabulary continuous speech
    /// recognition using bi-directional recurrent DNNs", 2014, section 2.2, without a language model.</remarks>
    /// <param name="logits">[T, B, K].</param>
    /// <param name="width">How many prefixes are kept, at least 1.</param>
    /// <param name="lengths">Length of each sequence; all T when omitted.</param>
    /// <returns>For each sequence, up to <paramref name="width"/> labelings, the most probable first.</returns>
    /// <exception cref="ShapeException">A shape disagrees, or K does not have the blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1.</exception>
    public Labeling[][] BeamSearch(Tensor<T> logits, int width, IReadOnlyList<int>? lengths = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (int steps, int batch, int classes) = RequireLogits(logits, lengths);
        CtcLattice lattice = new();
        Labeling[][] labelings = new Labeling[batch][];
        for (int b = 0; b < batch; b++)
        {
            lattice.Read<T>(logits.Flat(), b, batch, lengths?[b] ?? steps, classes);
            labelings[b] = PrefixBeam.Search(lattice.LogY, classes, Blank, width);
        }

        return labelings;
    }

    /// <summary>Where in time the labels of one sequence stand, given the whole input: γ of the equations above.</summary>
    /// <param name="logits">[T, 1, K].</param>
    /// <param name="labels">Its labels, none of them the blank.</param>
    /// <exception cref="ShapeException">The shape is another, or K does not have the blank.</exception>
    /// <exception cref="ArgumentException">A label is the blank or no class number, or the labels do not fit into T frames.</exception>
    public CtcAlignment Align(Tensor<T> logits, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        (int steps, int batch, int classes) = RequireLogits(logits, null);
        if (batch != 1) throw new ShapeException($"logits must be one sequence, [T, 1, K], but are {logits.Shape()}.");
        int[] labeling = [.. labels];
        int wrong = Array.FindIndex(labeling, label => label < 0 || label >= classes);
        if (wrong >= 0)
            throw new ArgumentException(
                $"labels[{wrong}] must be a class number from 0 to {classes - 1}, but is {labeling[wrong]}.", nameof(labels));
        RequireFit(labeling, steps, 0);
        CtcLattice lattice = new();
        lattice.Read<T>(logits.Flat(), 0, 1, steps, classes);
        double logProbability = lattice.Forward(labeling, Blank);
        double[] posteriors = lattice.Posteriors(logProbability).ToArray();
        int[] symbols = lattice.Symbols.ToArray();
        return new(symbols, Tensors.Of(posteriors, steps, symbols.Length), logProbability);
    }

    private (int Steps, int Batch, int Classes) RequireLogits(Tensor<T> logits, IReadOnlyList<int>? lengths)
    {
        ArgumentNullException.ThrowIfNull(logits);
        logits.Require("logits", "[T, B, K]", -1, -1, -1);
        Bptt<T>.RequireSequences(logits, lengths);
        return SizesOf(logits);
    }

    private (int Steps, int Batch, int Classes) SizesOf(Tensor<T> logits)
    {
        int classes = logits.Length(2);
        if (Blank >= classes)
            throw new ShapeException($"logits are {logits.Shape()}: {classes} classes, but the blank is class {Blank}.");
        return (logits.Length(0), logits.Length(1), classes);
    }

    private void RequireFit(ReadOnlySpan<int> labels, int length, int b)
    {
        int repeats = 0;
        for (int u = 0; u < labels.Length; u++)
        {
            if (labels[u] == Blank)
                throw new ArgumentException($"labels[u = {u}, b = {b}] is {Blank}, the blank: labels do not hold it.", nameof(labels));
            if (u > 0 && labels[u] == labels[u - 1]) repeats++;
        }

        if (labels.Length + repeats > length)
            throw new ArgumentException(
                $"Sequence b = {b} has {labels.Length} labels, of which {repeats} repeat the one before, and needs "
                + $"{labels.Length + repeats} frames, but has {length}: leave it out, or give the network more frames.",
                nameof(labels));
    }

    // What a call keeps from pass to pass.
    private sealed class Workspace
    {
        public int[] Labels = [];
        private double[] _sums = [];

        public CtcLattice Lattice { get; } = new();

        // ∂L/∂z of one frame.
        public void Gradient(ReadOnlySpan<double> posteriors, int t, int classes, Span<T> row)
        {
            if (_sums.Length < classes) _sums = new double[classes];
            Span<double> sums = _sums.AsSpan(0, classes);
            sums.Clear();
            ReadOnlySpan<int> symbols = Lattice.Symbols;
            ReadOnlySpan<double> ofFrame = posteriors.Slice(t * symbols.Length, symbols.Length);
            for (int s = 0; s < symbols.Length; s++) sums[symbols[s]] += ofFrame[s];
            ReadOnlySpan<double> logY = Lattice.LogY.Slice(t * classes, classes);
            for (int k = 0; k < classes; k++) row[k] = T.CreateTruncating(DeterministicMath.Exp(logY[k]) - sums[k]);
        }
    }
}
