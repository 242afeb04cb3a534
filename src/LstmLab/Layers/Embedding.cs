using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A table of one row a class: class indexes [T, B, 1] become rows [T, B, E]. Drawn from N(0, 1), as PyTorch's.</summary>
public sealed class Embedding<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T> _table;
    private readonly Buffer<T> _y = new(), _dX = new();
    private Tensor<T>? _x;

    /// <summary>A table of zeros.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="size">E, length of a row.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public Embedding(int classes, int size)
    {
        if (classes < 1 || size < 1) throw new ShapeException($"classes and size must be greater than zero, but are {classes} and {size}.");
        _table = new("weight", ParameterRole.Embedding, classes, size);
        Parameters = [_table];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">An index is not an integer from 0 to classes − 1.</exception>
    public override Tensor<T> Forward(Tensor<T> x, Pass pass)
    {
        x.Require("x", "[T, B, 1]", -1, -1, 1);
        _x = x;
        Tensor<T> y = _y.Of(x.Length(0), x.Length(1), _table.Columns);
        ReadOnlySpan<T> indexes = x.Flat();
        for (int n = 0; n < indexes.Length; n++) Row(_table.Values, indexes[n], n).CopyTo(y.Flat().Slice(n * _table.Columns, _table.Columns));
        return y;
    }

    /// <inheritdoc/>
    /// <remarks>∂L/∂x is 0: an index has no derivative.</remarks>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        if (_x is null) throw new InvalidOperationException("Call Forward before Backward.");
        dY.Require("dY", "[T, B, E]", _x.Length(0), _x.Length(1), _table.Columns);
        ReadOnlySpan<T> indexes = _x.Flat(), dOutput = dY.Flat();
        for (int n = 0; n < indexes.Length; n++)
        {
            Span<T> dRow = Row(_table.Gradient, indexes[n], n);
            for (int j = 0; j < dRow.Length; j++) dRow[j] += dOutput[(n * dRow.Length) + j];
        }

        return _dX.Cleared(_x.Length(0), _x.Length(1), 1);
    }

    internal override bool HasInputGradient => false;

    private Span<T> Row(T[] table, T index, int position)
    {
        if (!(index >= T.Zero && index < T.CreateChecked(_table.Rows) && T.IsInteger(index)))
            throw new ArgumentException($"x[t = {position / _x!.Length(1)}, b = {position % _x!.Length(1)}] must be a class index from 0 to {_table.Rows - 1}, but is {index}.");
        return table.AsSpan(int.CreateChecked(index) * _table.Columns, _table.Columns);
    }
}
