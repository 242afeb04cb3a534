namespace LstmLab.Formats;

/// <summary>The tensors of a file in groups, one a layer: <c>lstm.weight_ih_l0</c> belongs to group "lstm".</summary>
/// <param name="file">The file.</param>
/// <param name="under">Only tensors whose names begin so, and the names without it.</param>
internal sealed class StateDict(SafetensorsFile file, string under = "")
{
    private readonly Dictionary<string, Dictionary<string, TensorEntry>> _groups = file.Tensors.Values
        .Where(tensor => tensor.Name.StartsWith(under, StringComparison.Ordinal))
        .GroupBy(tensor => WeightNames.PrefixOf(tensor.Name[under.Length..]), StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key,
            group => group.ToDictionary(tensor => LastOf(tensor.Name[under.Length..]), StringComparer.Ordinal),
            StringComparer.Ordinal);

    /// <summary>How messages call the file.</summary>
    public string Path => file.Path;

    /// <summary>The groups' prefixes.</summary>
    public IReadOnlyCollection<string> Prefixes => _groups.Keys;

    /// <summary>The tensors of a group by name; none for a prefix that the file lacks.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Group(string prefix) => _groups.GetValueOrDefault(prefix) ?? [];

    private static string LastOf(string name) => name[(name.LastIndexOf('.') + 1)..];
}
