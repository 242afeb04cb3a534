using System.Numerics;

namespace LstmLab.Formats;

/// <summary>The tensors of a file in groups, one a layer: <c>lstm.weight_ih_l0</c> belongs to group "lstm".</summary>
/// <param name="file">The file.</param>
/// <param name="under">Only tensors whose names begin so, and the names without it.</param>
internal sealed class StateDict(SafetensorsFile file, string under = "")
{
    private readonly Dictionary<string, Dictionary<string, TensorEntry>> _groups = file.Tensors.Values
        .Where(tensor => tensor.Name.StartsWith(under, StringComparison.Ordinal))
        .GroupBy(tensor => tensor.Name[under.Length..Math.Max(under.Length, tensor.Name.LastIndexOf('.'))], StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.ToDictionary(tensor => LastOf(tensor.Name, under), StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>How messages call the file.</summary>
    public string Path => file.Path;

    /// <summary>The groups' prefixes.</summary>
    public IReadOnlyCollection<string> Prefixes => _groups.Keys;

    /// <summary>The tensors of a group by name; none for a prefix that the file lacks.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Group(string prefix) => _groups.GetValueOrDefault(prefix) ?? [];

    /// <summary>The layers' names in the model as prefixes: the names of our own files.</summary>
    public static string[] Numbers<T>(Module<T> model) where T : struct, IBinaryFloatingPointIeee754<T> =>
        [.. model.NamedLayers.Where(named => named.Layer.Parameters.Count > 0).Select(named => named.Path)];

    /// <summary>PyTorch's shape of a parameter: biases and peepholes have one axis.</summary>
    public static int[] ShapeOf<T>(Parameter<T> parameter) where T : struct, INumberBase<T> =>
        parameter.Role is ParameterRole.Bias or ParameterRole.RecurrentBias or ParameterRole.Peephole or ParameterRole.Scale ? [parameter.Rows] : [parameter.Rows, parameter.Columns];

    /// <summary>A model's weights under the prefixes, one for each layer with weights.</summary>
    public static IEnumerable<NamedValues<T>> Of<T>(Module<T> model, IReadOnlyList<string> prefixes, bool mergeBiases) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        foreach ((string prefix, Layer<T> layer) in Pair(model, prefixes))
        {
            foreach (Parameter<T> parameter in layer.Parameters)
            {
                Parameter<T>? twin = mergeBiases && layer is Lstm<T> ? TwinOf(layer, parameter) : null;
                if (twin is not null && parameter.Role == ParameterRole.RecurrentBias) continue;
                T[] values = twin is null ? parameter.Values : [.. parameter.Values.Zip(twin.Values, (input, recurrent) => input + recurrent)];
                yield return new(Join(prefix, parameter.Name), ShapeOf(parameter), values);
            }
        }
    }

    /// <summary>Finds the group of each layer with weights: by the layers' numbers, or else by names and shapes.</summary>
    /// <exception cref="ModelFileException">A layer fits none or several.</exception>
    public string[] PrefixesFor<T>(Module<T> model) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        string[] numbers = Numbers(model);
        if (numbers.All(_groups.ContainsKey)) return numbers;
        List<string> prefixes = [];
        foreach ((string number, Layer<T> layer) in Pair(model, numbers))
        {
            string[] fitting = [.. Prefixes.Where(prefix => layer.Parameters.All(parameter => Fits(Group(prefix), layer, parameter)))];
            if (fitting.Length != 1 || prefixes.Contains(fitting[0]))
                throw new ModelFileException(Path, $"tensors of layer {number}, {Name(layer)}", "one group of that layer's names and shapes", fitting.Length == 0 ? $"none among {Shown(Prefixes)}" : $"{Shown(fitting)}: pass the layers' prefixes in order");
            prefixes.Add(fitting[0]);
        }

        return [.. prefixes];
    }

    /// <summary>Overwrites a model's weights, all or none. A missing second bias of an LSTM is 0: the first is then the sum.</summary>
    /// <exception cref="ModelFileException">A tensor is missing, too many, or of another shape.</exception>
    public void Assign<T>(Module<T> model, IReadOnlyList<string> prefixes) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        T[][] values = Read(model, prefixes);
        for (int n = 0; n < values.Length; n++) model.Parameters[n].Set(values[n]);
    }

    /// <summary>The same without changing the model: values in the order of its parameters.</summary>
    public T[][] Read<T>(Module<T> model, IReadOnlyList<string> prefixes) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        List<TensorEntry?> found = [];
        foreach ((string prefix, Layer<T> layer) in Pair(model, prefixes))
        {
            foreach (Parameter<T> parameter in layer.Parameters)
            {
                found.Add(Group(prefix).GetValueOrDefault(parameter.Name));
                if (!Fits(Group(prefix), layer, parameter))
                    throw new ModelFileException(Path, $"tensor '{under}{Join(prefix, parameter.Name)}' of {Name(layer)}", Tensors.Show(ShapeOf(parameter)), found[^1] is { } other ? Tensors.Show(other.Shape) : $"none; the file has {Shown(file.Names)}");
            }
        }

        string[] left = [.. _groups.Values.SelectMany(group => group.Values).Except(found).Select(tensor => tensor!.Name)];
        if (left.Length > 0) throw new ModelFileException(Path, "its tensors", "those of the model alone", $"also {Shown(left)}");
        return [.. found.Zip(model.Parameters, (tensor, parameter) => tensor is null ? new T[parameter.Values.Length] : file.Values<T>(tensor))];
    }

    private static bool Fits<T>(IReadOnlyDictionary<string, TensorEntry> group, Layer<T> layer, Parameter<T> parameter) where T : struct, IBinaryFloatingPointIeee754<T> =>
        group.TryGetValue(parameter.Name, out TensorEntry? tensor)
            ? tensor.Shape.SequenceEqual(ShapeOf(parameter))
            : layer is Lstm<T> && parameter.Role == ParameterRole.RecurrentBias && group.ContainsKey(TwinOf(layer, parameter)!.Name);

    // bias_hh_l0 of bias_ih_l0, and the other way round; null for all else.
    private static Parameter<T>? TwinOf<T>(Layer<T> layer, Parameter<T> parameter) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        string name = parameter.Role switch
        {
            ParameterRole.Bias => parameter.Name.Replace("bias_ih", "bias_hh", StringComparison.Ordinal),
            ParameterRole.RecurrentBias => parameter.Name.Replace("bias_hh", "bias_ih", StringComparison.Ordinal),
            _ => "",
        };
        return layer.Parameters.FirstOrDefault(other => other.Name == name);
    }

    private static IEnumerable<(string Prefix, Layer<T> Layer)> Pair<T>(Module<T> model, IReadOnlyList<string> prefixes) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Layer<T>[] layers = [.. model.Layers.Where(layer => layer.Parameters.Count > 0)];
        if (prefixes.Count != layers.Length || prefixes.Distinct().Count() < prefixes.Count)
            throw new ArgumentException($"prefixes must be {layers.Length} different texts, one for each layer with weights ({string.Join(", ", layers.Select(Name))}), but are {Shown(prefixes)}.", nameof(prefixes));
        return prefixes.Zip(layers);
    }

    private static string Name<T>(Layer<T> layer) where T : struct, IBinaryFloatingPointIeee754<T> => Architecture.NameOf(layer);

    private static string LastOf(string name, string under) => name[Math.Max(under.Length, name.LastIndexOf('.') + 1)..];

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";

    // At most 20 names, none longer than a reader can use.
    private static string Shown(IEnumerable<string> names)
    {
        string[] first = [.. names.Take(21).Select(name => $"'{(name.Length > 80 ? name[..80] + "…" : name)}'")];
        return first.Length == 0 ? "none" : string.Join(", ", first.Take(20)) + (first.Length > 20 ? " …" : "");
    }
}
