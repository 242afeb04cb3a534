using System.Numerics;

namespace LstmLab;

/// <summary>Moves parameters against their gradients. What a rule remembers of a parameter is kept here, made at the first step that
/// sees it and found again by its array of values.</summary>
/// <remarks>PyTorch's definitions and order of operations, in the parameters' own number type (float or double). One instance serves one thread.</remarks>
public abstract class Optimizer
{
    private readonly Dictionary<object, object> _states = [];
    private double _learningRate;
    private object? _last;

    /// <summary>Sets the learning rate.</summary>
    /// <param name="learningRate">η, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">η is negative, infinite or NaN.</exception>
    protected Optimizer(double learningRate) => _learningRate = Guard.NotNegative(learningRate, nameof(learningRate));

    /// <summary>The name of the rule, e.g. Adam.</summary>
    public abstract string Name { get; }

    /// <summary>η of the next step, 0 or more; schedules set it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, infinite or NaN.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = Guard.NotNegative(value, nameof(LearningRate));
    }

    /// <summary>Steps since the beginning or the last <see cref="Reset"/>.</summary>
    public int StepCount { get; private set; }

    /// <summary>One update of every parameter from its gradient; gradients are left as they are.</summary>
    /// <param name="parameters">What to update; parameters of earlier steps may be left out and keep their state.</param>
    /// <exception cref="ArgumentException">Two of them share one array of values, which would be moved twice; nothing has been moved.</exception>
    /// <remarks>Allocates when the parameters are not those of the step before, otherwise nothing.</remarks>
    public void Step<T>(IReadOnlyList<Parameter<T>> parameters) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        State<T>[] states = StatesOf(parameters);
        StepCount++;
        for (int n = 0; n < states.Length; n++) (states[n].Steps, states[n].Gradient) = (states[n].Steps + 1, parameters[n].Gradient);
        Update<T>(states);
    }

    /// <summary>Forgets all steps: averages, momentum and counts. The learning rate stays.</summary>
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
        new(StepCount, [.. parameters.Select(parameter => StateOf(parameter).Steps)], [.. parameters.Select(parameter => StateOf(parameter).Slots)]);

    /// <summary>Forgets all steps and remembers what <see cref="Remember"/> gave of the same parameters.</summary>
    internal void Restore<T>(IReadOnlyList<Parameter<T>> parameters, OptimizerMemory<T> memory) where T : struct, IBinaryFloatingPointIeee754<T>
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
    /// <param name="states">The parameters and what the rule remembers of each, with this step already counted.</param>
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
            if (Array.IndexOf(states, states[n], 0, n) >= 0) throw new ArgumentException($"parameters[{n}], '{parameters[n].Name}', shares its values with an earlier parameter; pass it once.");
        }

        _last = states;
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
            (Values, Gradient) = (values, []);
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

        internal T[][] Slots => _slots;
    }
}

/// <summary>What an optimizer remembers of parameters, in their order.</summary>
/// <param name="StepCount">Steps of the optimizer.</param>
/// <param name="Steps">Steps of each parameter.</param>
/// <param name="Slots">The remembered arrays of each parameter.</param>
internal sealed record OptimizerMemory<T>(int StepCount, int[] Steps, T[][][] Slots);
