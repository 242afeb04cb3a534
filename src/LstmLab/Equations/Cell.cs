using System.Numerics;

namespace LstmLab;

/// <summary>
/// A recurrent cell as readable equations on one sequence: one step forward, and the same step backward. Each subclass holds one
/// published cell, with every line of code numbered like its equation; a cell of your own is a subclass too.
/// </summary>
/// <remarks>
/// <para>Shapes: I inputs, H units, R outputs of the hidden state (R = H unless projected), G gates. Every sum starts from the
/// bias and runs over its inner index in ascending order with fused multiply-add, so its bits depend on nothing else.</para>
/// <para>A cell of your own names its gates in the base constructor, names the vectors of a step in <see cref="NewStep"/>, and overrides
/// <see cref="Forward"/>, <see cref="Backward"/> and <see cref="To"/>. <see cref="GradientCheck"/>, <see cref="Bptt{T}"/>,
/// <see cref="CellLayer{T}"/> and <see cref="GradientFlow"/> then serve it as they serve the cells of this library.</para>
/// </remarks>
/// <typeparam name="T">double or float; <see cref="Complex"/> for the complex-step derivative.</typeparam>
public abstract class Cell<T> where T : struct, INumberBase<T>
{
    private readonly List<Parameter<T>> _parameters = [];
    private readonly Parameter<T>? _b, _d;
    private readonly CellRandom _random = new();

    /// <summary>Sets the shapes and makes W, U and the biases, all zero.</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="gates">The gates in the order of their row blocks in W, U, b and d.</param>
    /// <param name="outputSize">R; 0 for H.</param>
    /// <param name="biases">0 for none, 1 for b, 2 for b and the recurrent bias d, as PyTorch's and ONNX's files hold them.</param>
    /// <param name="gateInputs">How many inputs, from the first, W weighs; 0 for all. A cell weighs the others by a parameter of its
    /// own.</param>
    /// <exception cref="ShapeException">A size is below 1, or gateInputs above inputSize.</exception>
    /// <exception cref="ArgumentOutOfRangeException">biases is not 0, 1 or 2, or gateInputs is negative.</exception>
    /// <exception cref="NotSupportedException">T is not double, float or Complex.</exception>
    protected Cell(int inputSize, int hiddenSize, IReadOnlyList<string> gates, int outputSize = 0, int biases = 1, int gateInputs = 0)
    {
        ArgumentNullException.ThrowIfNull(gates);
        NumberTypes.RequireOfCell<T>(GetType());
        Guard.Size(inputSize, nameof(inputSize));
        Guard.Size(hiddenSize, nameof(hiddenSize));
        ArgumentOutOfRangeException.ThrowIfNegative(biases);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(biases, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(gateInputs);
        if (gateInputs > inputSize)
            throw new ShapeException($"gateInputs must be at most inputSize = {inputSize}, but is {gateInputs}.");
        InputSize = inputSize;
        HiddenSize = hiddenSize;
        OutputSize = outputSize == 0 ? hiddenSize : outputSize;
        Gates = gates;
        Biases = biases;
        W = Add("W", ParameterRole.Input, gates.Count * hiddenSize, gateInputs == 0 ? inputSize : gateInputs, gates);
        U = Add("U", ParameterRole.Recurrent, gates.Count * hiddenSize, OutputSize, gates);
        if (biases > 0) _b = Add("b", ParameterRole.Bias, gates.Count * hiddenSize, 1, gates);
        if (biases > 1) _d = Add("d", ParameterRole.RecurrentBias, gates.Count * hiddenSize, 1, gates);
    }

    /// <summary>I, the number of inputs.</summary>
    public int InputSize { get; }

    /// <summary>H, the number of units.</summary>
    public int HiddenSize { get; }

    /// <summary>R, the length of the hidden state h; H unless the cell projects.</summary>
    public int OutputSize { get; }

    /// <summary>Whether the cell carries a cell state c from step to step.</summary>
    public virtual bool HasCellState => true;

    /// <summary>The gates in the order of their row blocks in W, U, b and d.</summary>
    public IReadOnlyList<string> Gates { get; }

    /// <summary>The number of biases: 0 for none, 1 for b, 2 for b and d.</summary>
    public int Biases { get; }

    /// <summary>Weights on the input, [G·H, I]; on its first inputs alone where the cell was made so.</summary>
    public Parameter<T> W { get; }

    /// <summary>Weights on the previous hidden state, [G·H, R].</summary>
    public Parameter<T> U { get; }

    /// <summary>Bias, [G·H].</summary>
    /// <exception cref="InvalidOperationException">The cell was made without biases.</exception>
    public Parameter<T> b => _b ?? throw NoBias("b", 1);

    /// <summary>Recurrent bias, [G·H]: PyTorch's bias_hh, where b is its bias_ih.</summary>
    /// <exception cref="InvalidOperationException">The cell was made with fewer than two biases.</exception>
    public Parameter<T> d => _d ?? throw NoBias("d", 2);

    /// <summary>All parameters.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => _parameters;

    /// <summary>Whether the next forward passes are of training; false until <see cref="Begin"/> says so.</summary>
    public bool IsTraining { get; private set; }

    /// <summary>Makes the record of one step, zeros: the vectors that the equations name, each [H].</summary>
    public virtual Step<T> NewStep() => new(this, [.. Gates]);

    /// <summary>Makes the record of the gradients of one step, zeros.</summary>
    public virtual StepGradient<T> NewGradient() => new(this);

    /// <summary>Computes gates and states of a step from its X, HPrev and CPrev.</summary>
    public abstract void Forward(Step<T> step);

    /// <summary>
    /// Carries ∂L/∂h and ∂L/∂c of a step back to its gate pre-activations, its input and the states of the step before, and
    /// adds to the parameters' gradients.
    /// </summary>
    /// <param name="step">The step as <see cref="Forward"/> left it.</param>
    /// <param name="gradient">DH and DC are read; DC is completed; DX, DHPrev, DCPrev and Dz are overwritten: call
    /// <see cref="StepGradient{T}.ClearOutputs"/> first.</param>
    public abstract void Backward(Step<T> step, StepGradient<T> gradient);

    /// <summary>The same cell, with the same weights, in another number type; <see cref="CopyTo"/> copies the weights.</summary>
    public abstract Cell<TOther> To<TOther>() where TOther : struct, INumberBase<TOther>;

    /// <summary>Says what the next forward passes are for. Cells that draw masks draw them by it; a layer calls it before each
    /// pass.</summary>
    /// <param name="training">Whether masks are drawn; a prediction uses their expectation.</param>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="firstSequence">Number of the batch's first sequence, where a batch is computed in parts.</param>
    public virtual void Begin(bool training, ulong seed = 0, int step = 0, int firstSequence = 0)
    {
        IsTraining = training;
        _random.Begin(seed, step, firstSequence);
    }

    /// <summary>One step on its own.</summary>
    /// <param name="x">Input, [I].</param>
    /// <param name="hPrev">Hidden state of the step before, [R]; zeros when omitted.</param>
    /// <param name="cPrev">Cell state of the step before, [H]; zeros when omitted.</param>
    /// <param name="time">t of the step, by which masks are drawn.</param>
    /// <param name="sequence">The sequence of the batch, by which masks are drawn.</param>
    /// <exception cref="ShapeException">A length disagrees with the cell.</exception>
    public Step<T> Step(T[] x, T[]? hPrev = null, T[]? cPrev = null, int time = 0, int sequence = 0)
    {
        Step<T> step = NewStep();
        step.Load(x, hPrev ?? new T[OutputSize], cPrev ?? new T[CellSize], time, sequence);
        Forward(step);
        return step;
    }

    /// <summary>Length of the cell state: H, or 0 when there is none.</summary>
    internal int CellSize => HasCellState ? HiddenSize : 0;

    /// <summary>Tells the random streams of this cell from those of a model's other cells.</summary>
    internal int Stream
    {
        get => _random.Stream;
        set => _random.Stream = value;
    }

    /// <summary>Runs something that adds to the parameters' gradients, and gives them back as they were.</summary>
    internal void KeepingGradients(Action action)
    {
        T[][] before = [.. _parameters.Select(parameter => (T[])parameter.Gradient.Clone())];
        try
        {
            action();
        }
        finally
        {
            for (int n = 0; n < before.Length; n++) before[n].CopyTo(_parameters[n].Gradient, 0);
        }
    }

    /// <summary>Adds a parameter of zeros beside W, U and the biases.</summary>
    /// <param name="name">Its name, unlike that of any other parameter of the cell.</param>
    /// <param name="role">What it multiplies; initializers choose by it.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns; 1 for a vector.</param>
    /// <param name="gates">The gates whose row blocks it stacks, in order; empty when it has none.</param>
    /// <exception cref="ArgumentException">The cell has a parameter of that name.</exception>
    protected Parameter<T> Add(string name, ParameterRole role, int rows, int columns, IReadOnlyList<string> gates)
    {
        if (_parameters.Exists(other => other.Name == name))
            throw new ArgumentException($"The cell has a parameter '{name}' already: give this one another name.");
        Parameter<T> parameter = new(name, role, rows, columns, gates);
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Copies every parameter, and what <see cref="Begin"/> said, into a cell of the same shape and returns it.</summary>
    protected Cell<TOther> CopyTo<TOther>(Cell<TOther> target) where TOther : struct, INumberBase<TOther>
    {
        ArgumentNullException.ThrowIfNull(target);
        for (int n = 0; n < Parameters.Count; n++) target.Parameters[n].Set(Array.ConvertAll(Parameters[n].Values, TOther.CreateChecked));
        target.Stream = Stream;
        target.Begin(IsTraining, _random.Seed, _random.Step, _random.FirstSequence);
        return target;
    }

    /// <summary>
    /// Random numbers of one step, keyed by the seed, the purpose, the training step, and the step's time and sequence: the same ones
    /// however the batch is cut and in whatever order steps are computed. Up to 131,072 numbers a step.
    /// </summary>
    /// <param name="purpose">What they are for, e.g. "zoneout of c".</param>
    /// <param name="step">The step.</param>
    protected RandomStream Random(string purpose, Step<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return _random.Of(purpose, step.Time, step.Sequence);
    }

    /// <summary>Row n of a gate: <c>b + U h + W x</c>, summed in that order; of a cell with two biases <c>(b + d) + U h + W
    /// x</c>.</summary>
    protected T Affine(int gate, int n, T[] x, T[] h) =>
        Row(W, gate, n, x, Row(U, gate, n, h, _d is null ? InputBias(gate, n) : InputBias(gate, n) + RecurrentBias(gate, n)));

    /// <summary>b of row n of a gate; 0 for a cell without biases.</summary>
    protected T InputBias(int gate, int n) => _b is null ? T.Zero : _b.Values[(gate * HiddenSize) + n];

    /// <summary>d of row n of a gate; 0 for a cell without a recurrent bias.</summary>
    protected T RecurrentBias(int gate, int n) => _d is null ? T.Zero : _d.Values[(gate * HiddenSize) + n];

    /// <summary>Row n of a gate's block of a matrix, times as many of a vector's first entries as it has columns, added to
    /// <paramref name="sum"/>.</summary>
    protected T Row(Parameter<T> matrix, int gate, int n, T[] vector, T sum)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(vector);
        ReadOnlySpan<T> row = matrix.Values.AsSpan(((gate * HiddenSize) + n) * matrix.Columns, matrix.Columns);
        for (int j = 0; j < row.Length; j++) sum = DeterministicMath.MultiplyAdd(row[j], vector[j], sum);
        return sum;
    }

    /// <summary>The backward pass of <see cref="Affine"/> for a whole gate: dW += dz xᵀ, dU += dz hᵀ, db += dz, dd += dz, dx += Wᵀ dz,
    /// dh += Uᵀ dz.</summary>
    protected void AffineBackward(int gate, T[] dz, T[] x, T[] h, T[] dx, T[] dh)
    {
        ArgumentNullException.ThrowIfNull(dz);
        MatrixBackward(W, gate, dz, x, dx);
        MatrixBackward(U, gate, dz, h, dh);
        InputBiasBackward(gate, dz);
        RecurrentBiasBackward(gate, dz);
    }

    /// <summary>The backward pass of a gate's block of a matrix product: dM += dz vᵀ, dv += Mᵀ dz.</summary>
    protected void MatrixBackward(Parameter<T> matrix, int gate, T[] dz, T[] vector, T[] dVector)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(dz);
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(dVector);
        for (int n = 0; n < dz.Length; n++)
        {
            int start = ((gate * HiddenSize) + n) * matrix.Columns;
            ReadOnlySpan<T> row = matrix.Values.AsSpan(start, matrix.Columns);
            Span<T> dRow = matrix.Gradient.AsSpan(start, matrix.Columns);
            for (int j = 0; j < row.Length; j++)
            {
                dRow[j] = DeterministicMath.MultiplyAdd(dz[n], vector[j], dRow[j]);
                dVector[j] = DeterministicMath.MultiplyAdd(row[j], dz[n], dVector[j]);
            }
        }
    }

    /// <summary>The backward pass of <see cref="InputBias"/> for a whole gate: db += dz.</summary>
    protected void InputBiasBackward(int gate, T[] dz) => Accumulate(_b, gate, dz);

    /// <summary>The backward pass of <see cref="RecurrentBias"/> for a whole gate: dd += dz.</summary>
    protected void RecurrentBiasBackward(int gate, T[] dz) => Accumulate(_d, gate, dz);

    /// <summary>The logistic function <c>σ(v) = 1 / (1 + e⁻ᵛ)</c>.</summary>
    protected static T Sigmoid(T v) => DeterministicMath.Sigmoid(v);

    /// <summary>The hyperbolic tangent.</summary>
    protected static T Tanh(T v) => DeterministicMath.Tanh(v);

    /// <summary><c>a · b + c</c>, rounded once.</summary>
    protected static T MultiplyAdd(T a, T b, T c) => DeterministicMath.MultiplyAdd(a, b, c);

    /// <summary>σ′ by its own value: <c>y (1 − y)</c>.</summary>
    protected static T SigmoidSlope(T y) => y * (T.One - y);

    /// <summary>tanh′ by its own value: <c>1 − y²</c>.</summary>
    protected static T TanhSlope(T y) => T.One - (y * y);

    /// <summary>b, or null for a cell without.</summary>
    internal Parameter<T>? BiasOrNull => _b;

    /// <summary>d, or null for a cell without.</summary>
    internal Parameter<T>? RecurrentBiasOrNull => _d;

    private void Accumulate(Parameter<T>? bias, int gate, T[] dz)
    {
        ArgumentNullException.ThrowIfNull(dz);
        for (int n = 0; bias is not null && n < dz.Length; n++) bias.Gradient[(gate * HiddenSize) + n] += dz[n];
    }

    private InvalidOperationException NoBias(string name, int needed) => new(
        $"{GetType().Name.Split('`')[0]} was made with biases: {Biases} and has no {name}: "
        + $"make it with biases: {needed}, or read Parameters.");
}
