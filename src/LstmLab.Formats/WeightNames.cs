using System.Numerics;

namespace LstmLab.Formats;

/// <summary>The names and shapes of a model's weights in files.</summary>
internal static class WeightNames
{
    /// <summary>The layers that hold a weight first, by the path that leads to each; a weight that layers share is the first
    /// layer's.</summary>
    public static IReadOnlyList<WeightOwner<T>> Owners<T>(Module<T> model) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        // Weights that no pass has drawn yet are drawn now.
        _ = model.Parameters;
        HashSet<T[]> seen = [];
        List<WeightOwner<T>> owners = [];
        foreach ((string path, Layer<T> layer) in model.NamedLayers)
        {
            Parameter<T>[] own = [.. layer.Parameters.Where(parameter => seen.Add(parameter.Values))];
            if (own.Length > 0) owners.Add(new(path, layer, own));
        }

        return owners;
    }

    /// <summary>The owners under other names.</summary>
    /// <exception cref="ArgumentException">The prefixes are not one for each layer with weights.</exception>
    public static IReadOnlyList<WeightOwner<T>> Owners<T>(Module<T> model, IReadOnlyList<string> prefixes)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        IReadOnlyList<WeightOwner<T>> owners = Owners(model);
        if (prefixes.Count != owners.Count || prefixes.Distinct().Count() < prefixes.Count)
        {
            string layers = string.Join(", ", owners.Select(owner => Architecture.NameOf(owner.Layer)));
            throw new ArgumentException(
                $"prefixes must be {owners.Count} different texts, one for each layer with weights ({layers}), but are {Shown(prefixes)}.",
                nameof(prefixes));
        }

        return [.. owners.Zip(prefixes, (owner, prefix) => owner with { Path = prefix })];
    }

    /// <summary>A model's weights, each once.</summary>
    public static IEnumerable<NamedValues<T>> Tensors<T>(
        IReadOnlyList<WeightOwner<T>> owners, bool mergeBiases) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        foreach (WeightOwner<T> owner in owners)
        {
            foreach (Parameter<T> parameter in owner.Own)
            {
                Parameter<T>? twin = mergeBiases ? owner.TwinOf(parameter) : null;
                if (twin is not null && parameter.Role == ParameterRole.RecurrentBias) continue;
                T[] values = twin is null
                    ? parameter.Values
                    : [.. parameter.Values.Zip(twin.Values, (input, recurrent) => input + recurrent)];
                yield return new(owner.NameOf(parameter), ShapeOf(parameter), values);
            }
        }
    }

    /// <summary>PyTorch's shape of a parameter: biases, peepholes, gains and shifts have one axis.</summary>
    public static int[] ShapeOf<T>(Parameter<T> parameter) where T : struct, INumberBase<T> =>
        parameter.IsVector ? [parameter.Rows] : [parameter.Rows, parameter.Columns];

    /// <summary>What stands before the last dot of a name.</summary>
    public static string PrefixOf(string name) => name[..Math.Max(0, name.LastIndexOf('.'))];

    /// <summary>Tensors under the names of a stack's first layer, weight_ih_l0 and its like, where a file has those of a cell alone,
    /// weight_ih and its like, as nn.LSTMCell writes them.</summary>
    public static IEnumerable<KeyValuePair<string, TTensor>> Stacked<TTensor>(IReadOnlyDictionary<string, TTensor> tensors)
    {
        foreach ((string name, TTensor tensor) in tensors)
        {
            bool isOfCell = name[(name.LastIndexOf('.') + 1)..] is "weight_ih" or "weight_hh" or "bias_ih" or "bias_hh";
            yield return new(isOfCell && !tensors.ContainsKey($"{name}_l0") ? $"{name}_l0" : name, tensor);
        }
    }

    /// <summary>At most 20 names, none longer than a reader can use.</summary>
    public static string Shown(IEnumerable<string> names)
    {
        string[] first = [.. names.Take(21).Select(name => $"'{(name.Length > 80 ? name[..80] + "…" : name)}'")];
        return first.Length == 0 ? "none" : string.Join(", ", first.Take(20)) + (first.Length > 20 ? " …" : "");
    }
}

/// <summary>A layer with the weights that no layer before it holds.</summary>
/// <param name="Path">What stands before the names of its weights.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Own">The weights.</param>
internal sealed record WeightOwner<T>(
    string Path, Layer<T> Layer, IReadOnlyList<Parameter<T>> Own) where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of a weight in files.</summary>
    public string NameOf(Parameter<T> parameter) => NameOf(parameter.Name);

    /// <summary>The name of a weight in files.</summary>
    public string NameOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    /// <summary>bias_hh_l0 of an LSTM's bias_ih_l0, and the other way round, which act as their sum; null for all else.</summary>
    public Parameter<T>? TwinOf(Parameter<T> parameter)
    {
        if (Layer is not Lstm<T>) return null;
        string name = parameter.Role switch
        {
            ParameterRole.Bias => parameter.Name.Replace("bias_ih", "bias_hh", StringComparison.Ordinal),
            ParameterRole.RecurrentBias => parameter.Name.Replace("bias_hh", "bias_ih", StringComparison.Ordinal),
            _ => "",
        };
        return Own.FirstOrDefault(other => other.Name == name);
    }
}
