using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A table of one row a class: class indexes [T, B, 1] become rows [T, B, E]. Drawn from N(0, 1), as PyTorch's.
/// <code>y = table[x],  dTable[x] += dY</code></summary>
public sealed class Embedding<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A table of zeros.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="size">E, length of a row.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public Embedding(int classes, int size)
    {
        if (classes < 1 || size < 1) throw new ShapeException($"classes and size must be greater than zero, but are {classes} and {size}.");
        Table = new("weight", ParameterRole.Embedding, classes, size);
        Parameters = [Table];
    }

    /// <summary>The table, [classes, E].</summary>
    public Parameter<T> Table { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override string Description => $"Embedding({Table.Rows} classes → {Table.Columns})";

    /// <inheritdoc/>
    public override int? InputWidth => 1;

    /// <inheritdoc/>
    public override int? OutputWidth(int? inputWidth) => Table.Columns;

    /// <summary>False: an index has no derivative; its gradient is 0.</summary>
    public override bool HasInputGradient(int input) => false;

    /// <summary>x is [T, B, 1] or [B, 1]; the result has E in place of 1.</summary>
    /// <exception cref="ArgumentException">An index is not an integer from 0 to classes − 1.</exception>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> x = call.Input();
        if (x.Data.Rank == 2) x.Data.Require("x", "[B, 1]", -1, 1);
        else x.Data.Require("x", "[T, B, 1]", -1, -1, 1);
        Span<T> y = call.OutputLike(x, Table.Columns).Flat();
        ReadOnlySpan<T> indexes = x.Data.Flat();
        for (int n = 0; n < indexes.Length; n++) Row(Table.Values, indexes[n], n, x.Data).CopyTo(y.Slice(n * Table.Columns, Table.Columns));
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Tensor<T> x = call.Input().Data;
        ReadOnlySpan<T> indexes = x.Flat(), dY = call.OutputGradient()!.Flat();
        for (int n = 0; n < indexes.Length; n++)
        {
            Span<T> dRow = Row(Table.Gradient, indexes[n], n, x);
            TensorPrimitives.Add(dRow, dY.Slice(n * dRow.Length, dRow.Length), dRow);
        }

        call.InputGradient()?.Flat().Clear();
    }

    private Span<T> Row(T[] table, T index, int position, Tensor<T> x)
    {
        if (!(index >= T.Zero && index < T.CreateChecked(Table.Rows) && T.IsInteger(index)))
        {
            int batch = x.Length(x.Rank - 2);
            throw new ArgumentException(
                $"x[t = {position / batch}, b = {position % batch}] must be a class index from 0 to {Table.Rows - 1}, but is {index}.");
        }

        return table.AsSpan(int.CreateChecked(index) * Table.Columns, Table.Columns);
    }
}
