using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>What a parameter multiplies; initializers choose by it.</summary>
public enum ParameterRole
{
    /// <summary>Weights on the input, [G·H, I].</summary>
    Input,

    /// <summary>Weights on the previous hidden state, [G·H, R].</summary>
    Recurrent,

    /// <summary>A bias.</summary>
    Bias,

    /// <summary>A second bias, on the recurrent product (PyTorch's bias_hh).</summary>
    RecurrentBias,

    /// <summary>Diagonal weights from the cell state to the gates, [G·H].</summary>
    Peephole,

    /// <summary>Weights from the H units to the R outputs of a projected LSTM, [R, H].</summary>
    Projection,

    /// <summary>Gains of normalized values, which begin at 1.</summary>
    Gain,

    /// <summary>Shifts of normalized values, which begin at 0.</summary>
    Shift,

    /// <summary>Learned initial states of a recurrent layer, [L·D, R] or [L·D, H], which begin at 0.</summary>
    InitialState,

    /// <summary>Rows of an embedding table, [classes, size].</summary>
    Embedding,
}

/// <summary>A named block of learnable numbers with its gradient, both row-major.</summary>
/// <remarks>Gradients add up from pass to pass until they are cleared.</remarks>
public sealed class Parameter<T> where T : struct, INumberBase<T>
{
    private readonly StrongBox<bool> _frozen;

    /// <summary>A block of zeros.</summary>
    /// <param name="name">Its name, e.g. W or weight_ih_l0.</param>
    /// <param name="role">What it multiplies.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns; 1 for a vector.</param>
    /// <param name="gates">The gates whose row blocks it stacks, in order; empty when it has none.</param>
    public Parameter(string name, ParameterRole role, int rows, int columns = 1, IReadOnlyList<string>? gates = null)
        : this(name, role, rows, columns, gates ?? [], new T[checked(rows * columns)], new T[checked(rows * columns)], new())
    {
    }

    private Parameter(
        string name, ParameterRole role, int rows, int columns, IReadOnlyList<string> gates, T[] values, T[] gradient,
        StrongBox<bool> frozen)
    {
        Name = name;
        Role = role;
        Rows = rows;
        Columns = columns;
        Gates = gates;
        Values = values;
        Gradient = gradient;
        _frozen = frozen;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it multiplies.</summary>
    public ParameterRole Role { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns; 1 for a vector.</summary>
    public int Columns { get; }

    /// <summary>The gates whose row blocks it stacks, in order; empty when it has none.</summary>
    public IReadOnlyList<string> Gates { get; }

    /// <summary>Whether files and tensors have it as [Rows].</summary>
    internal bool IsVector => Role
        is ParameterRole.Bias or ParameterRole.RecurrentBias or ParameterRole.Peephole or ParameterRole.Gain or ParameterRole.Shift;

    /// <summary>The numbers, [Rows, Columns] row-major.</summary>
    public T[] Values { get; }

    /// <summary>∂L/∂values, accumulated, [Rows, Columns] row-major.</summary>
    public T[] Gradient { get; }

    /// <summary>Whether training leaves the values as they are: optimizers neither move a frozen parameter nor let it decay, and clipping
    /// neither counts nor changes its gradient. Shared with the parameters that <see cref="WithName"/> makes of this one.</summary>
    public bool Frozen
    {
        get => _frozen.Value;
        set => _frozen.Value = value;
    }

    /// <summary>The gate of an entry, or an empty string.</summary>
    public string GateOf(int entry) => Gates.Count == 0 ? "" : Gates[entry / Columns / (Rows / Gates.Count)];

    /// <summary>An entry by gate, unit and column, e.g. <c>W_f[3, 2]</c>; of a vector <c>b_f[3]</c>.</summary>
    public string Describe(int entry)
    {
        int row = entry / Columns, unit = Gates.Count == 0 ? row : row % (Rows / Gates.Count);
        string gate = GateOf(entry);
        return $"{Name}{(gate.Length == 0 ? "" : "_" + gate)}[{unit}{(Columns == 1 ? "" : $", {entry % Columns}")}]";
    }

    /// <summary>The same numbers, gradient and <see cref="Frozen"/> under another name.</summary>
    public Parameter<T> WithName(string name) => new(name, Role, Rows, Columns, Gates, Values, Gradient, _frozen);

    /// <summary>The block of one gate: a view of <see cref="Values"/>, so that what is written to it is written to the parameter.</summary>
    /// <param name="gate">One of <see cref="Gates"/>, e.g. "f".</param>
    /// <returns>[H, Columns], or [H] of a bias or of peephole weights.</returns>
    /// <exception cref="ArgumentException">There is no such gate; the message lists those there are.</exception>
    public Tensor<T> Gate(string gate) => Block(gate, Values);

    /// <summary>The gradient of one gate's block: a view of <see cref="Gradient"/>.</summary>
    /// <param name="gate">One of <see cref="Gates"/>, e.g. "f".</param>
    /// <returns>[H, Columns], or [H] of a bias or of peephole weights.</returns>
    /// <exception cref="ArgumentException">There is no such gate; the message lists those there are.</exception>
    public Tensor<T> GateGradient(string gate) => Block(gate, Gradient);

    /// <summary>Overwrites the values.</summary>
    /// <param name="values">As many numbers as there are values, row-major.</param>
    /// <exception cref="ShapeException">The number of values differs.</exception>
    public void Set(ReadOnlySpan<T> values)
    {
        if (values.Length != Values.Length)
            throw new ShapeException($"'{Name}' must hold [{Rows}, {Columns}] = {Values.Length} values, but {values.Length} were given.");
        values.CopyTo(Values);
    }

    /// <summary>Overwrites the values; a matrix in the wrong orientation is refused.</summary>
    /// <param name="values">[Rows, Columns], or [Rows] of a bias or of peephole weights.</param>
    /// <exception cref="ShapeException">The shape differs; nothing has been written.</exception>
    public void Set(Tensor<T> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int[] shape = Shape(Rows);
        if (!values.HasShape(shape))
        {
            string remedy = shape.Length == 2 && values.HasShape(Columns, Rows) ? ": pass its transpose" : "";
            throw new ShapeException($"'{Name}' must be {Tensors.Show(shape)}, but the tensor is {values.Shape()}{remedy}.");
        }

        values.Flat().CopyTo(Values);
    }

    /// <summary>Multiplies the gradient, e.g. by 1/k after the gradients of k batches have added up.</summary>
    /// <param name="factor">What each entry is multiplied by.</param>
    public void ScaleGradient(T factor) => TensorPrimitives.Multiply(Gradient, factor, Gradient);

    private Tensor<T> Block(string gate, T[] numbers)
    {
        int index = Gates.ToList().IndexOf(gate);
        if (index < 0)
        {
            string known = Gates.Count == 0 ? "it has no gates" : $"its gates are {string.Join(", ", Gates)}";
            throw new ArgumentException($"'{Name}' has no gate '{gate}': {known}.", nameof(gate));
        }

        int[] shape = Shape(Rows / Gates.Count);
        int count = Rows / Gates.Count * Columns;
        return Tensors.View(numbers, index * count, shape);
    }

    // Vectors have one axis, as in PyTorch.
    private int[] Shape(int rows) => IsVector ? [rows] : [rows, Columns];
}
