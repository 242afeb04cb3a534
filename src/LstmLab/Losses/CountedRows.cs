using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Which rows of a prediction count: of [T, B, O], row t·B + b if t is below the length of sequence b; of other shapes,
/// all.</summary>
internal readonly struct CountedRows
{
    private readonly IReadOnlyList<int>? _lengths;

    private CountedRows(int rows, IReadOnlyList<int>? lengths)
    {
        Rows = rows;
        _lengths = lengths;
    }

    /// <summary>How many rows there are, whether or not they count.</summary>
    public int Rows { get; }

    /// <summary>Finds them.</summary>
    /// <param name="prediction">[T, B, O], [B, O] or any shape whose last axis is O; not empty.</param>
    /// <param name="lengths">Length of each sequence, [B], each 1 … T; null if all rows count.</param>
    /// <exception cref="ShapeException">Lengths and prediction disagree.</exception>
    public static CountedRows Of<T>(Tensor<T> prediction, IReadOnlyList<int>? lengths)
    {
        int rows = checked((int)prediction.FlattenedLength) / prediction.Length(prediction.Rank - 1);
        if (lengths is null) return new(rows, null);
        if (prediction.Rank is not (2 or 3))
            throw new ShapeException($"lengths need a prediction of [T, B, O] or [B, O], but it is {prediction.Shape()}.");
        int batch = prediction.Length(prediction.Rank - 2);
        if (lengths.Count != batch)
            throw new ShapeException($"lengths must hold one length a sequence, [B] = {batch}, but holds {lengths.Count}.");
        if (prediction.Rank == 2) return new(rows, null);

        int timeSteps = prediction.Length(0);
        bool full = true;
        for (int b = 0; b < batch; b++)
        {
            if (lengths[b] < 1 || lengths[b] > timeSteps)
                throw new ShapeException($"lengths[{b}] must be between 1 and T = {timeSteps}, but is {lengths[b]}.");
            full &= lengths[b] == timeSteps;
        }

        return new(rows, full ? null : lengths);
    }

    /// <summary>The end of the rows from <paramref name="start"/> upwards that all count as the first of them does, or all do
    /// not.</summary>
    /// <param name="start">A row, below <see cref="Rows"/>.</param>
    /// <param name="counts">Receives whether they count.</param>
    public int EndOfRun(int start, out bool counts)
    {
        counts = true;
        if (_lengths is null) return Rows;
        int batch = _lengths.Count, end = start + 1;
        (int t, int b) = Math.DivRem(start, batch);
        counts = t < _lengths[b];
        while (++b < batch && t < _lengths[b] == counts) end++;
        return end;
    }
}
