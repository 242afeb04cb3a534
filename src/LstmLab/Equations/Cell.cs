using System.Numerics;

namespace LstmLab;

/// <summary>
/// A recurrent cell as readable equations on one sequence: one step forward, and the same step backward. Subclasses hold
/// one published cell each, with every line of code numbered like its equation.
/// </summary>
/// <remarks>
/// Shapes: I inputs, H units, R outputs of the hidden state (R = H unless projected), G gates. Every sum starts from the
/// bias and runs over its inner index in ascending order with fused multiply-add, so its bits depend on nothing else.
/// </remarks>
/// <typeparam name="T">double or float; <see cref="Complex"/> for the complex-step derivative.</typeparam>
public abstract class Cell<T> where T : struct, INumberBase<T>
{
    private readonly List<Parameter<T>> _parameters = [];

    /// <summary>Sets the shapes and makes W, U and b, all zero.</summary>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    protected Cell(int inputSize, int hiddenSize, int outputSize, params string[] gates)
    {
        ArgumentNullException.ThrowIfNull(gates);
        RequirePositive(inputSize, "inputSize");
        RequirePositive(hiddenSize, "hiddenSize");
        (InputSize, HiddenSize, OutputSize, Gates) = (inputSize, hiddenSize, outputSize, gates);
        W = Add("W", ParameterRole.Input, gates.Length * hiddenSize, inputSize, gates);
        U = Add("U", ParameterRole.Recurrent, gates.Length * hiddenSize, outputSize, gates);
        b = Add("b", ParameterRole.Bias, gates.Length * hiddenSize, 1, gates);
    }

    /// <summary>I, the number of inputs.</summary>
    public int InputSize { get; }

    /// <summary>H, the number of units.</summary>
    public int HiddenSize { get; }

    /// <summary>R, the length of the hidden state h; H unless the cell projects.</summary>
    public int OutputSize { get; }

    /// <summary>Whether the cell carries a cell state c from step to step.</summary>
    public virtual bool HasCellState => true;

    /// <summary>The gates in the order of their row blocks in W, U and b.</summary>
    public IReadOnlyList<string> Gates { get; }

    /// <summary>Weights on the input, [G·H, I].</summary>
    public Parameter<T> W { get; }

    /// <summary>Weights on the previous hidden state, [G·H, R].</summary>
    public Parameter<T> U { get; }

    /// <summary>Bias, [G·H].</summary>
    public Parameter<T> b { get; }

    /// <summary>All parameters.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => _parameters;

    /// <summary>Makes the record of one step, zeros.</summary>
    public abstract Step<T> NewStep();

    /// <summary>Computes gates and states of a step from its X, HPrev and CPrev.</summary>
    public abstract void Forward(Step<T> step);

    /// <summary>
    /// Carries ∂L/∂h and ∂L/∂c of a step back to its gate pre-activations, its input and the states of the step before, and
    /// adds to the parameters' gradients.
    /// </summary>
    /// <param name="step">The step as <see cref="Forward"/> left it.</param>
    /// <param name="gradient">DH and DC are read; DC is completed; DX, DHPrev, DCPrev and Dz are overwritten.</param>
    public abstract void Backward(Step<T> step, StepGradient<T> gradient);

    /// <summary>The same cell, with the same weights, in another number type.</summary>
    public abstract Cell<TOther> To<TOther>() where TOther : struct, INumberBase<TOther>;

    /// <summary>One step on its own.</summary>
    /// <param name="x">Input, [I].</param>
    /// <param name="hPrev">Hidden state of the step before, [R]; zeros when omitted.</param>
    /// <param name="cPrev">Cell state of the step before, [H]; zeros when omitted.</param>
    /// <exception cref="ShapeException">A length disagrees with the cell.</exception>
    public Step<T> Step(T[] x, T[]? hPrev = null, T[]? cPrev = null)
    {
        Step<T> step = NewStep();
        step.Load(x, hPrev ?? new T[OutputSize], cPrev ?? new T[CellSize]);
        Forward(step);
        return step;
    }

    /// <summary>Length of the cell state: H, or 0 when there is none.</summary>
    internal int CellSize => HasCellState ? HiddenSize : 0;

    /// <summary>Adds a parameter of zeros.</summary>
    protected Parameter<T> Add(string name, ParameterRole role, int rows, int columns, IReadOnlyList<string> gates)
    {
        Parameter<T> parameter = new(name, role, rows, columns, gates);
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Copies every parameter into a cell of the same shape and returns it.</summary>
    protected Cell<TOther> CopyTo<TOther>(Cell<TOther> target) where TOther : struct, INumberBase<TOther>
    {
        ArgumentNullException.ThrowIfNull(target);
        for (int n = 0; n < Parameters.Count; n++) target.Parameters[n].Set(Array.ConvertAll(Parameters[n].Values, TOther.CreateChecked));
        return target;
    }

    /// <summary>Row n of a gate: <c>b + U h + W x</c>, summed in that order.</summary>
    protected T Affine(int gate, int n, T[] x, T[] h) => Row(W, gate, n, x, Row(U, gate, n, h, b.Values[(gate * HiddenSize) + n]));

    /// <summary>Row n of a gate's block of a matrix, times a vector, added to <paramref name="sum"/>.</summary>
    protected T Row(Parameter<T> matrix, int gate, int n, T[] vector, T sum)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(vector);
        ReadOnlySpan<T> row = matrix.Values.AsSpan(((gate * HiddenSize) + n) * vector.Length, vector.Length);
        for (int j = 0; j < row.Length; j++) sum = DeterministicMath.MultiplyAdd(row[j], vector[j], sum);
        return sum;
    }

    /// <summary>Backward of <see cref="Affine"/> for a whole gate: dW += dz xᵀ, dU += dz hᵀ, db += dz, dx += Wᵀdz, dh += Uᵀdz.</summary>
    protected void AffineBackward(int gate, T[] dz, T[] x, T[] h, T[] dx, T[] dh)
    {
        ArgumentNullException.ThrowIfNull(dz);
        MatrixBackward(W, gate, dz, x, dx);
        MatrixBackward(U, gate, dz, h, dh);
        for (int n = 0; n < HiddenSize; n++) b.Gradient[(gate * HiddenSize) + n] += dz[n];
    }

    /// <summary>Backward of a gate's block of a matrix product: dM += dz vᵀ, dv += Mᵀdz.</summary>
    protected void MatrixBackward(Parameter<T> matrix, int gate, T[] dz, T[] vector, T[] dVector)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(dz);
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(dVector);
        for (int n = 0; n < dz.Length; n++)
        {
            int start = ((gate * HiddenSize) + n) * vector.Length;
            ReadOnlySpan<T> row = matrix.Values.AsSpan(start, vector.Length);
            Span<T> dRow = matrix.Gradient.AsSpan(start, vector.Length);
            for (int j = 0; j < row.Length; j++)
            {
                dRow[j] = DeterministicMath.MultiplyAdd(dz[n], vector[j], dRow[j]);
                dVector[j] = DeterministicMath.MultiplyAdd(row[j], dz[n], dVector[j]);
            }
        }
    }

    /// <summary>σ′ by its own value: <c>y (1 − y)</c>.</summary>
    protected static T SigmoidSlope(T y) => y * (T.One - y);

    /// <summary>tanh′ by its own value: <c>1 − y²</c>.</summary>
    protected static T TanhSlope(T y) => T.One - (y * y);

    private static void RequirePositive(int size, string name)
    {
        if (size < 1) throw new ShapeException($"{name} must be greater than zero, but is {size}.");
    }
}
