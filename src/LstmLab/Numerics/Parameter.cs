using System.Numerics;

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

    /// <summary>Rows of an embedding table, [classes, size].</summary>
    Embedding,
}

/// <summary>A named block of learnable numbers with its gradient, both row-major.</summary>
/// <remarks>Gradients accumulate: whoever starts a new pass clears them.</remarks>
public sealed class Parameter<T> where T : struct, INumberBase<T>
{
    /// <summary>A block of zeros.</summary>
    /// <param name="name">Its name, e.g. W or weight_ih_l0.</param>
    /// <param name="role">What it multiplies.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns; 1 for a vector.</param>
    /// <param name="gates">The gates whose row blocks it stacks, in order; empty when it has none.</param>
    public Parameter(string name, ParameterRole role, int rows, int columns = 1, IReadOnlyList<string>? gates = null)
        : this(name, role, rows, columns, gates ?? [], new T[checked(rows * columns)], new T[checked(rows * columns)])
    {
    }

    private Parameter(string name, ParameterRole role, int rows, int columns, IReadOnlyList<string> gates, T[] values, T[] gradient)
    {
        (Name, Role, Rows, Columns, Gates) = (name, role, rows, columns, gates);
        (Values, Gradient) = (values, gradient);
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

    /// <summary>The numbers, [Rows, Columns] row-major.</summary>
    public T[] Values { get; }

    /// <summary>∂L/∂values, accumulated, [Rows, Columns] row-major.</summary>
    public T[] Gradient { get; }

    /// <summary>The gate of an entry, or an empty string.</summary>
    public string GateOf(int entry) => Gates.Count == 0 ? "" : Gates[entry / Columns / (Rows / Gates.Count)];

    /// <summary>An entry by gate, unit and column, e.g. <c>W_f[3, 2]</c>; of a vector <c>b_f[3]</c>.</summary>
    public string Describe(int entry)
    {
        int row = entry / Columns, unit = Gates.Count == 0 ? row : row % (Rows / Gates.Count);
        string gate = GateOf(entry);
        return $"{Name}{(gate.Length == 0 ? "" : "_" + gate)}[{unit}{(Columns == 1 ? "" : $", {entry % Columns}")}]";
    }

    /// <summary>The same numbers and gradient under another name.</summary>
    public Parameter<T> WithName(string name) => new(name, Role, Rows, Columns, Gates, Values, Gradient);

    /// <summary>Overwrites the values.</summary>
    /// <exception cref="ShapeException">The number of values differs.</exception>
    public void Set(ReadOnlySpan<T> values)
    {
        if (values.Length != Values.Length)
            throw new ShapeException($"'{Name}' must hold [{Rows}, {Columns}] = {Values.Length} values, but {values.Length} were given.");
        values.CopyTo(Values);
    }
}
