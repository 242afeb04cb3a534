namespace LstmLab.Formats;

/// <summary>What was done with the tensors of a file or a dictionary that weights were taken from.</summary>
/// <param name="Matched">Names of the model's weights that were overwritten.</param>
/// <param name="Missing">Names of the model's weights that were not there and are as they were.</param>
/// <param name="Left">Names of tensors that the model has no place for.</param>
/// <param name="Skipped">Names of tensors of integers or truth values, which are no weights, such as the num_batches_tracked of a batch
/// normalization.</param>
public sealed record LoadedWeights(
    IReadOnlyList<string> Matched, IReadOnlyList<string> Missing, IReadOnlyList<string> Left, IReadOnlyList<string> Skipped)
{
    /// <summary>A table in text: a line a name.</summary>
    public override string ToString()
    {
        IEnumerable<(string What, string Name)> rows = Matched.Select(name => ("matched", name))
            .Concat(Missing.Select(name => ("missing", name)))
            .Concat(Left.Select(name => ("left over", name)))
            .Concat(Skipped.Select(name => ("skipped", $"{name}, integers, so no weight")));
        return string.Join('\n', rows.Select(row => $"{row.What,-9}  {row.Name}"));
    }
}
