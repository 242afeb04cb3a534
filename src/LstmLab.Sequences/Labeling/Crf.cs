using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Sequences;

/// <summary>
/// A linear-chain conditional random field: tags are chosen together, by what a network says about each step and by which tag likes to
/// follow which.
/// <code>
/// s(y, e)  = S(y_1) + Σ_t e_t(y_t) + Σ_t A(y_t−1, y_t) + E(y_T)
/// p(y|e)   = exp s(y, e) / Z                     Z = Σ_y exp s(y, e), over all K^T sequences of tags
/// L        = −ln p(y|e)
/// α_t(j)   = e_t(j) + ln Σ_i exp(α_t−1(i) + A(i, j))            α_1 = S + e_1;  ln Z = ln Σ_k exp(α_T(k) + E(k))
/// β_t(i)   = ln Σ_j exp(A(i, j) + e_t+1(j) + β_t+1(j))          β_T = E
/// p_t(k)   = exp(α_t(k) + β_t(k) − ln Z)
/// p_t(i,j) = exp(α_t−1(i) + A(i, j) + e_t(j) + β_t(j) − ln Z)
/// ∂L/∂e_t(k)  = p_t(k) − [y_t = k]
/// ∂L/∂A(i, j) = Σ_t p_t(i, j) − [y_t−1 = i, y_t = j]
/// ∂L/∂S(k)    = p_1(k) − [y_1 = k],    ∂L/∂E(k) = p_T(k) − [y_T = k]
/// </code></summary>
/// <remarks>
/// Emissions e are [T, B, K] with lengths, true tags [T, B, 1]. The loss is [B, 1], one for each sequence; a model's mean over the batch is
/// <c>Loss.Of((loss, _) => (loss, 1), "mean")</c> with targets of 0. Sums are in logarithms and in double, tags upwards, whatever the
/// number type; padding and the batch change no bit. A, S and E are the parameters <c>transitions</c> [K, K] (from, to),
/// <c>start_transitions</c> [K] and <c>end_transitions</c> [K], as pytorch-crf names them, and begin in U(−0.1, 0.1). A transition that is
/// not allowed has probability 0 and gradient 0, whatever its weight. J. Lafferty, A. McCallum, F. Pereira, "Conditional random fields",
/// ICML 2001; on a network: Z. Huang, W. Xu, K. Yu, "Bidirectional LSTM-CRF models for sequence tagging", 2015. B·T·K² steps.
/// </remarks>
public sealed class Crf<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T> _transitions, _start, _end;
    private readonly bool[] _isAllowed;
    private readonly Func<Workspace> _newWorkspace;

    /// <summary>A chain without preferences: all scores are 0.</summary>
    /// <param name="tags">K.</param>
    /// <param name="mayFollow">Whether a tag may follow another; null is the place before the first and after the last tag. Everything may
    /// when omitted. See <see cref="BioTags.MayFollow"/>.</param>
    /// <exception cref="ShapeException">K is below 1.</exception>
    public Crf(int tags, Func<int?, int?, bool>? mayFollow = null)
    {
        Tags = Guard.Size(tags, nameof(tags));
        _transitions = new("transitions", ParameterRole.Input, tags, tags);
        _start = new("start_transitions", ParameterRole.Bias, tags);
        _end = new("end_transitions", ParameterRole.Bias, tags);
        Parameters = [_transitions, _start, _end];
        _newWorkspace = () => new(tags);
        _isAllowed = new bool[(tags * tags) + (2 * tags)];
        for (int k = 0; k < tags; k++)
        {
            for (int j = 0; j < tags; j++) _isAllowed[(k * tags) + j] = mayFollow?.Invoke(k, j) ?? true;
            _isAllowed[(tags * tags) + k] = mayFollow?.Invoke(null, k) ?? true;
            _isAllowed[(tags * tags) + tags + k] = mayFollow?.Invoke(k, null) ?? true;
        }
    }

    /// <summary>K.</summary>
    public int Tags { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override string Description => $"Crf({Tags} tags)";

    /// <inheritdoc/>
    public override int? InputWidth => Tags;

    /// <summary>1, the loss.</summary>
    public override int? OutputWidth(int? inputWidth) => 1;

    /// <summary>True for the emissions; tags have no derivative.</summary>
    public override bool HasInputGradient(int input) => input == 0;

    /// <summary>Whether a tag may follow another; null is the place before the first and after the last tag.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A tag is not one of 0 … K − 1.</exception>
    public bool MayFollow(int? from, int? to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from ?? 0, nameof(from));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(from ?? 0, Tags, nameof(from));
        ArgumentOutOfRangeException.ThrowIfNegative(to ?? 0, nameof(to));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(to ?? 0, Tags, nameof(to));
        return (from, to) switch
        {
            ({ } i, { } j) => _isAllowed[(i * Tags) + j],
            (null, { } j) => _isAllowed[(Tags * Tags) + j],
            ({ } i, null) => _isAllowed[(Tags * Tags) + Tags + i],
            _ => true,
        };
    }

    /// <summary>The negative log-likelihood of each sequence's tags, in nats.</summary>
    /// <param name="emissions">e, [T, B, K], with the lengths of its sequences.</param>
    /// <param name="tags">The true tags, class numbers [T, B, 1]; its own lengths, if it has any, must be those of the emissions.</param>
    /// <returns>L, [B, 1]; 0 for a sequence of length 0.</returns>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    /// <exception cref="ArgumentException">A tag is no class number, or may not follow the one before it.</exception>
    public Value<T> Loss(Value<T> emissions, Value<T> tags) => Record(emissions, tags)[0];

    /// <summary>The loss of emissions and tags.</summary>
    public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs) => inputs.Length == 2
        ? Loss(inputs[0], inputs[1])
        : throw new ArgumentException($"{Description} takes emissions and tags, but was called with {inputs.Length} inputs.");

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> emissions = call.Input(), tags = call.Input(1);
        SequenceInputs.Require(emissions, "emissions", Tags);
        int steps = emissions.Data.Length(0), batch = emissions.Data.Length(1);
        tags.Data.Require("tags", "[T, B, 1]", steps, batch, 1);
        ClassNumbers.Require(tags, "tags", batch);
        IReadOnlyList<int>? lengths = SequenceInputs.CommonLengths(call);
        Workspace workspace = call.State(_newWorkspace);
        CrfChain chain = workspace.Chain;
        SetScores(chain);
        Span<T> losses = call.Output(0, null, batch, 1).Flat();
        Span<T> ofEmissions = call.Pass.HasBackward ? call.Buffer(0, steps, batch, Tags).Flat() : [];
        Span<T> ofScores = call.Pass.HasBackward ? call.Buffer(1, batch, _isAllowed.Length).Flat() : [];
        ofEmissions.Clear();
        for (int b = 0; b < batch; b++)
        {
            ReadOnlySpan<int> path = ClassNumbers.Read(tags, "tags", b, Tags, ref workspace.Path);
            path = path[..(lengths?[b] ?? steps)];
            RequireAllowed(path, b);
            chain.Read(emissions.Data.Flat(), b, batch, path.Length);
            chain.Forward();
            losses[b] = T.CreateTruncating(chain.LogPartition - chain.ScoreOf(path));
            if (ofEmissions.IsEmpty) continue;
            chain.Backward();
            workspace.Gradients(path, b, batch, ofEmissions, ofScores.Slice(b * _isAllowed.Length, _isAllowed.Length));
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        call.InputGradient(1)?.Flat().Clear();
        Tensor<T> emissions = call.Input().Data;
        int steps = emissions.Length(0), batch = emissions.Length(1);
        ReadOnlySpan<T> dL = call.OutputGradient()!.Flat();
        ReadOnlySpan<T> ofEmissions = call.Buffer(0, steps, batch, Tags).Flat(), ofScores = call.Buffer(1, batch, _isAllowed.Length).Flat();
        if (call.InputGradient() is { } input)
        {
            for (int row = 0; row < steps * batch; row++)
            {
                Span<T> dRow = input.Flat().Slice(row * Tags, Tags);
                TensorPrimitives.Multiply(ofEmissions.Slice(row * Tags, Tags), dL[row % batch], dRow);
            }
        }

        // Sequence by sequence, so that a batch in two parts gives the bits of the whole.
        for (int b = 0; b < batch; b++)
        {
            ReadOnlySpan<T> of = ofScores.Slice(b * _isAllowed.Length, _isAllowed.Length);
            TensorPrimitives.MultiplyAdd(of[..(Tags * Tags)], dL[b], _transitions.Gradient, _transitions.Gradient);
            TensorPrimitives.MultiplyAdd(of.Slice(Tags * Tags, Tags), dL[b], _start.Gradient, _start.Gradient);
            TensorPrimitives.MultiplyAdd(of[^Tags..], dL[b], _end.Gradient, _end.Gradient);
        }
    }

    /// <summary>The most probable tags of each sequence, all of them together (A. Viterbi, 1967):
    /// <code>δ_t(j) = e_t(j) + max_i (δ_t−1(i) + A(i, j)),    y_T = argmax_k (δ_T(k) + E(k))</code></summary>
    /// <param name="emissions">[T, B, K].</param>
    /// <param name="lengths">Length of each sequence; all T when omitted.</param>
    /// <returns>For each sequence as many tags as it is long.</returns>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    /// <exception cref="ArgumentException">No sequence of tags of that length is allowed.</exception>
    public int[][] Decode(Tensor<T> emissions, IReadOnlyList<int>? lengths = null)
    {
        CrfChain chain = ChainFor(emissions, lengths);
        int steps = emissions.Length(0), batch = emissions.Length(1);
        int[][] paths = new int[batch][];
        for (int b = 0; b < batch; b++)
        {
            chain.Read<T>(emissions.Flat(), b, batch, lengths?[b] ?? steps);
            paths[b] = chain.Best() ?? throw NothingAllowed(b, lengths?[b] ?? steps);
        }

        return paths;
    }

    /// <summary>The probability of each tag at each step, over all sequences of tags.</summary>
    /// <param name="emissions">[T, B, K].</param>
    /// <param name="lengths">Length of each sequence; all T when omitted.</param>
    /// <returns>p_t(k), [T, B, K]; 0 beyond the length.</returns>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    /// <exception cref="ArgumentException">No sequence of tags of that length is allowed.</exception>
    public Tensor<T> Marginals(Tensor<T> emissions, IReadOnlyList<int>? lengths = null)
    {
        CrfChain chain = ChainFor(emissions, lengths);
        int steps = emissions.Length(0), batch = emissions.Length(1);
        Tensor<T> marginals = Tensors.Zeros<T>(steps, batch, Tags);
        for (int b = 0; b < batch; b++)
        {
            int length = lengths?[b] ?? steps;
            chain.Read<T>(emissions.Flat(), b, batch, length);
            chain.Forward();
            if (double.IsNegativeInfinity(chain.LogPartition)) throw NothingAllowed(b, length);
            chain.Backward();
            for (int t = 0; t < length; t++)
                for (int k = 0; k < Tags; k++) marginals.Flat()[(((t * batch) + b) * Tags) + k] = T.CreateTruncating(chain.Marginal(t, k));
        }

        return marginals;
    }

    /// <summary>100, so that scores begin in U(−0.1, 0.1).</summary>
    protected override int FanOf(Parameter<T> parameter) => 100;

    private CrfChain ChainFor(Tensor<T> emissions, IReadOnlyList<int>? lengths)
    {
        ArgumentNullException.ThrowIfNull(emissions);
        emissions.Require("emissions", "[T, B, K]", -1, -1, Tags);
        Bptt<T>.RequireSequences(emissions, lengths);
        CrfChain chain = new(Tags);
        SetScores(chain);
        return chain;
    }

    private void SetScores(CrfChain chain)
    {
        Span<double> scores = chain.Scores;
        for (int n = 0; n < scores.Length; n++)
        {
            int rest = n - (Tags * Tags);
            T score = rest < 0 ? _transitions.Values[n] : rest < Tags ? _start.Values[rest] : _end.Values[rest - Tags];
            scores[n] = _isAllowed[n] ? double.CreateTruncating(score) : double.NegativeInfinity;
        }
    }

    private void RequireAllowed(ReadOnlySpan<int> path, int b)
    {
        for (int t = 0; t <= path.Length && path.Length > 0; t++)
        {
            int? from = t == 0 ? null : path[t - 1], to = t == path.Length ? null : path[t];
            if (MayFollow(from, to)) continue;
            string place = to is null ? "the end" : $"tag {to}";
            throw new ArgumentException(
                $"tags[t = {t}, b = {b}]: {place} may not follow {(from is null ? "the start" : $"tag {from}")}; "
                + "correct the tags, or allow it.",
                nameof(path));
        }
    }

    private static ArgumentException NothingAllowed(int b, int length) =>
        new($"No sequence of {length} tags is allowed, as sequence b = {b} needs.");

    // What a call keeps from pass to pass.
    private sealed class Workspace(int tags)
    {
        public int[] Path = [];
        private readonly double[] _sums = new double[(tags * tags) + (2 * tags)];

        public CrfChain Chain { get; } = new(tags);

        // ∂L/∂ of the emissions and of all scores, of one sequence.
        public void Gradients(ReadOnlySpan<int> path, int b, int batch, Span<T> ofEmissions, Span<T> ofScores)
        {
            Array.Clear(_sums);
            for (int t = 0; t < path.Length; t++)
            {
                Span<T> row = ofEmissions.Slice(((t * batch) + b) * tags, tags);
                for (int k = 0; k < tags; k++)
                {
                    double gradient = Chain.Marginal(t, k) - (path[t] == k ? 1 : 0);
                    row[k] = T.CreateTruncating(gradient);
                    if (t == 0) _sums[(tags * tags) + k] += gradient;
                    if (t == path.Length - 1) _sums[(tags * tags) + tags + k] += gradient;
                }

                for (int n = 0; t > 0 && n < tags * tags; n++)
                {
                    (int i, int j) = (n / tags, n % tags);
                    _sums[n] += Chain.Marginal(t, i, j) - (path[t - 1] == i && path[t] == j ? 1 : 0);
                }
            }

            for (int n = 0; n < _sums.Length; n++) ofScores[n] = T.CreateTruncating(_sums[n]);
        }
    }
}
