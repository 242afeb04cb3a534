namespace LstmLab.Formats;

/// <summary>The tensors of a file in groups, one a layer: <c>lstm.weight_ih_l0</c> belongs to group "lstm".</summary>
/// <remarks>Tensors of integers are no weights and are left out.</remarks>
/// <param name="file">The file.</param>
/// <param name="under">Only tensors whose names begin so, and the names without it.</param>
internal sealed class StateDict(SafetensorsFile file, string under = "")
{
    private readonly Dictionary<string, Dictionary<string, TensorEntry>> _groups = WeightNames.Stacked(file.Tensors.Values
            .Where(tensor => tensor.Type.IsFloat() && tensor.Name.StartsWith(under, StringComparison.Ordinal))
            .ToDictionary(tensor => tensor.Name[under.Length..], StringComparer.Ordinal))
        .GroupBy(tensor => WeightNames.PrefixOf(tensor.Key), StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key,
            group => group.ToDictionary(tensor => LastOf(tensor.Key), tensor => tensor.Value, StringComparer.Ordinal),
            StringComparer.Ordinal);

    /// <summary>How messages call the file.</summary>
    public string Path => file.Path;

    /// <summary>The groups' prefixes.</summary>
    public IReadOnlyCollection<string> Prefixes => _groups.Keys;

    /// <summary>The tensors of a group by name; none for a prefix that the file lacks.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Group(string prefix) => _groups.GetValueOrDefault(prefix) ?? [];

    private static string LastOf(string name) => name[(name.LastIndexOf('.') + 1)..];
}
