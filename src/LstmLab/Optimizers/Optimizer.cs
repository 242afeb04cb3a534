using System.Numerics;

namespace LstmLab;

/// <summary>Moves parameters against their gradients. What a rule remembers of a parameter is kept here, made at the first step that
/// sees it and found again by its array of values.</summary>
/// <remarks>PyTorch's definitions and order of operations, in the parameters' own number type (float or double). One instance serves one
/// thread.</remarks>
public abstract class Optimizer
{
    private readonly Dictionary<object, object> _states = [];
    private readonly Dictionary<object, ParameterGroup> _groups = [];
    private readonly List<ParameterGroup> _groupsInOrder = [];
    private double _learningRate;
    private object? _last, _moved;

    /// <summary>Sets the learning rate and the weight decay.</summary>
    /// <param name="learningRate">η, 0 or more.</param>
    /// <param name="weightDecay">λ, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative, infinite or NaN.</exception>
    protected Optimizer(double learningRate, double weightDecay = 0)
    {
        _learningRate = Guard.NotNegative(learningRate, nameof(learningRate));
        WeightDecay = Guard.NotNegative(weightDecay, nameof(weightDecay));
    }

    /// <summary>The name of the rule, e.g. Adam.</summary>
    public abstract string Name { get; }

    /// <summary>η of the next step, 0 or more; schedules set it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, infinite or NaN.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = Guard.NotNegative(value, nameof(LearningRate));
    }

    /// <summary>λ of the parameters whose group has none of its own, 0 or more.</summary>
    public double WeightDecay { get; }

    /// <summary>The rule with every setting but the learning rate, which schedules change, e.g. <c>SGD(momentum: 0.9, …)</c>, and its
    /// groups of parameters; numbers read back to the same bits. A training that is resumed must have the optimizer of the one that was
    /// stopped: their texts are compared.</summary>
    public string Settings
    {
        get
        {
            string rule = Guard.Settings(Name, [.. HyperParameters]);
            return string.Join(" + ", _groupsInOrder.Select(group => group.Settings).Prepend(rule));
        }
    }

    /// <summary>The rule's settings by name, without the learning rate, in the order of its constructor: double, bool or int
    /// values.</summary>
    protected abstract IReadOnlyList<(string Name, object? Value)> HyperParameters { get; }

    /// <summary>Steps since the beginning or the last <see cref="Reset"/>.</summary>
    public int StepCount { get; private set; }

    /// <summary>Gives some parameters a learning rate and a weight decay of their own.
    /// <code>
    /// optimizer.Group(model.Parameters.Where(parameter => parameter.Role == ParameterRole.Bias), weightDecay: 0);
    /// optimizer.Group(encoder.Parameters, learningRateFactor: 0.1);
    /// </code></summary>
    /// <param name="parameters">The group; parameters of no group have the optimizer's own rates.</param>
    /// <param name="learningRateFactor">What <see cref="LearningRate"/> is multiplied by for them, 0 or more and finite.</param>
    /// <param name="weightDecay">Their λ, 0 or more and finite; the optimizer's when omitted.</param>
    /// <exception cref="ArgumentException">A parameter is in a group already, or there is none; no group has been made.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public void Group<T>(IEnumerable<Parameter<T>> parameters, double learningRateFactor = 1, double? weightDecay = null)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Guard.NotNegative(learningRateFactor, nameof(learningRateFactor));
        if (weightDecay is { } decay) Guard.NotNegative(decay, nameof(weightDecay));
        Parameter<T>[] members = [.. parameters];
        if (members.Length == 0)
            throw new ArgumentException("A group needs at least one parameter, but there is none.", nameof(parameters));
        foreach (Parameter<T> member in members)
            if (_groups.ContainsKey(member.Values) || members.Count(other => other.Values == member.Values) > 1)
                throw new ArgumentException($"'{member.Name}' is in a group already; a parameter can be in one.", nameof(parameters));
        ParameterGroup group = new([.. members.Select(member => member.Name)], learningRateFactor, weightDecay);
        foreach (Parameter<T> member in members) _groups.Add(member.Values, group);
        _groupsInOrder.Add(group);
        _last = null;
    }

    /// <summary>One update of every parameter that is not frozen from its gradient; gradients are left as they are.</summary>
    /// <param name="parameters">What to update; parameters of earlier steps may be left out and keep their state. A frozen one keeps its
    /// values and state.</param>
    /// <exception cref="ArgumentException">Two of them share one array of values, which would be moved twice; nothing has been
    /// moved.</exception>
    /// <remarks>Allocates when the parameters are not those of the step before, otherwise nothing.</remarks>
    public void Step<T>(IReadOnlyList<Parameter<T>> parameters) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        State<T>[] states = StatesOf(parameters), moved = (State<T>[])_moved!;
        StepCount++;
        int count = 0;
        for (int n = 0; n < states.Length; n++)
        {
            if (parameters[n].Frozen) continue;
            State<T> state = states[n];
            state.Steps++;
            state.Gradient = parameters[n].Gradient;
            state.LearningRate = LearningRate * (state.Group?.LearningRateFactor ?? 1);
            moved[count++] = state;
        }

        Update<T>(moved.AsSpan(0, count));
    }

    /// <summary>Forgets all steps: averages, momentum and counts. The learning rate and groups stay.</summary>
    public void Reset()
    {
        _states.Clear();
        _last = null;
        StepCount = 0;
    }

    /// <summary>How many numbers the rule remembers of each value.</summary>
    protected abstract int Slots { get; }

    /// <summary>The rule and how much it remembers: two optimizers that differ here cannot take each other's place.</summary>
    internal string Kind => $"{Name} with {Slots} numbers a weight";

    /// <summary>What is remembered of the parameters, by reference, for a file.</summary>
    internal OptimizerMemory<T> Remember<T>(IReadOnlyList<Parameter<T>> parameters) where T : struct, IBinaryFloatingPointIeee754<T> =>
        new(
            StepCount,
            [.. parameters.Select(parameter => StateOf(parameter).Steps)],
            [.. parameters.Select(parameter => StateOf(parameter).Slots)]);

    /// <summary>Forgets all steps and remembers what <see cref="Remember"/> gave of the same parameters.</summary>
    internal void Restore<T>(IReadOnlyList<Parameter<T>> parameters, OptimizerMemory<T> memory)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Reset();
        StepCount = memory.StepCount;
        for (int n = 0; n < parameters.Count; n++)
        {
            State<T> state = StateOf(parameters[n]);
            state.Steps = memory.Steps[n];
            for (int slot = 0; slot < Slots; slot++) memory.Slots[n][slot].CopyTo(state[slot]);
        }
    }

    /// <summary>The rule, on all parameters: which kind of number they are is found once a step.</summary>
    /// <param name="states">The parameters that move, and what the rule remembers of each, with this step already counted.</param>
    protected abstract void Update<T>(ReadOnlySpan<State<T>> states) where T : struct, IBinaryFloatingPointIeee754<T>;

    // Those of the step before, as a rule: finding each array again would take longer than moving a few numbers.
    private State<T>[] StatesOf<T>(IReadOnlyList<Parameter<T>> parameters) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (_last is State<T>[] last && last.Length == parameters.Count)
        {
            int same = 0;
            while (same < last.Length && last[same].Values == parameters[same].Values) same++;
            if (same == last.Length) return last;
        }

        State<T>[] states = new State<T>[parameters.Count];
        for (int n = 0; n < states.Length; n++)
        {
            states[n] = StateOf(parameters[n]);
            states[n].Group = _groups.GetValueOrDefault(parameters[n].Values);
            states[n].WeightDecay = states[n].Group?.WeightDecay ?? WeightDecay;
            if (Array.IndexOf(states, states[n], 0, n) >= 0)
                throw new ArgumentException(
                    $"parameters[{n}], '{parameters[n].Name}', shares its values with an earlier parameter; pass it once.");
        }

        _last = states;
        _moved = new State<T>[states.Length];
        return states;
    }

    private State<T> StateOf<T>(Parameter<T> parameter) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (_states.TryGetValue(parameter.Values, out object? found)) return (State<T>)found;
        State<T> state = new(Slots, parameter.Values);
        _states.Add(parameter.Values, state);
        return state;
    }

    /// <summary>One parameter, and what a rule remembers of it.</summary>
    protected sealed class State<T>
    {
        private readonly T[][] _slots;

        internal State(int slots, T[] values)
        {
            Values = values;
            Gradient = [];
            _slots = new T[slots][];
            for (int n = 0; n < slots; n++) _slots[n] = new T[values.Length];
        }

        /// <summary>Steps this parameter has taken, the present one included.</summary>
        public int Steps { get; internal set; }

        /// <summary>One array of remembered numbers, in the shape of the values; zeros before the first step.</summary>
        public Span<T> this[int slot] => _slots[slot];

        /// <summary>θ, updated in place.</summary>
        public T[] Values { get; }

        /// <summary>∂L/∂θ.</summary>
        public T[] Gradient { get; internal set; }

        /// <summary>η of this parameter and step.</summary>
        public double LearningRate { get; internal set; }

        /// <summary>λ of this parameter.</summary>
        public double WeightDecay { get; internal set; }

        internal ParameterGroup? Group { get; set; }

        internal T[][] Slots => _slots;
    }
}

/// <summary>Parameters with rates of their own.</summary>
/// <param name="Names">Their names.</param>
/// <param name="LearningRateFactor">What the learning rate is multiplied by.</param>
/// <param name="WeightDecay">λ; null for the optimizer's.</param>
internal sealed record ParameterGroup(IReadOnlyList<string> Names, double LearningRateFactor, double? WeightDecay)
{
    /// <summary>All of it as text.</summary>
    public string Settings => Guard.Settings(
        "Group", ("learningRateFactor", LearningRateFactor), ("weightDecay", WeightDecay), ("parameters", string.Join(' ', Names)));
}

/// <summary>What an optimizer remembers of parameters, in their order.</summary>
/// <param name="StepCount">Steps of the optimizer.</param>
/// <param name="Steps">Steps of each parameter.</param>
/// <param name="Slots">The remembered arrays of each parameter.</param>
internal sealed record OptimizerMemory<T>(int StepCount, int[] Steps, T[][][] Slots);
