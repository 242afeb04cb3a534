using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Formats;

/// <summary>Named tensors that a model's weights are taken from: those of a file, or a dictionary in memory.</summary>
internal sealed class WeightSource<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<string, int[]> _shapes = new(StringComparer.Ordinal);
    private readonly Func<string, T[]> _read;
    private readonly Func<string, string, string, Exception> _error;
    private readonly string _under;

    /// <summary>The tensors of a file.</summary>
    /// <param name="file">The file, open as long as the source is used.</param>
    /// <param name="under">Only tensors whose names begin so, and the names without it.</param>
    public WeightSource(SafetensorsFile file, string under = "")
    {
        _under = under;
        foreach (TensorEntry tensor in file.Tensors.Values.OrderBy(tensor => tensor.Begin))
            if (tensor.Name.StartsWith(under, StringComparison.Ordinal)) _shapes.Add(tensor.Name[under.Length..], tensor.Shape);
        _read = name => file.Values<T>(file.Tensors[under + name]);
        _error = (place, expected, found) => new ModelFileException(file.Path, place, expected, found);
    }

    /// <summary>Tensors in memory.</summary>
    public WeightSource(IReadOnlyDictionary<string, Tensor<T>> tensors)
    {
        _under = "";
        foreach ((string name, Tensor<T> tensor) in tensors) _shapes.Add(name, [.. tensor.Lengths.ToArray().Select(length => (int)length)]);
        _read = name => tensors[name].ToArray();
        _error = (place, expected, found) =>
            new ShapeException($"The weights do not fit the model: {place}: expected {expected}, but found {found}.");
    }

    /// <summary>The prefix of each layer with weights: the layers' own paths, or else those of the groups that fit by names and
    /// shapes.</summary>
    /// <exception cref="Exception">A layer fits none or several.</exception>
    public IReadOnlyList<string> PrefixesFor(Module<T> model)
    {
        IReadOnlyList<WeightOwner<T>> owners = WeightNames.Owners(model);
        string[] groups = [.. _shapes.Keys.Select(WeightNames.PrefixOf).Distinct()];
        if (owners.All(owner => groups.Contains(owner.Path) || owner.Own.Any(parameter => _shapes.ContainsKey(owner.NameOf(parameter)))))
            return [.. owners.Select(owner => owner.Path)];
        List<string> prefixes = [];
        foreach (WeightOwner<T> owner in owners)
        {
            string[] fitting = [.. groups.Where(prefix => owner.Own.All(parameter => Fits(owner with { Path = prefix }, parameter)))];
            if (fitting.Length != 1 || prefixes.Contains(fitting[0]))
            {
                throw _error(
                    $"tensors of layer {owner.Path}, {Architecture.NameOf(owner.Layer)}", "one group of that layer's names and shapes",
                    fitting.Length == 0
                        ? $"none among {WeightNames.Shown(groups)}"
                        : $"{WeightNames.Shown(fitting)}: pass the layers' prefixes in order");
            }

            prefixes.Add(fitting[0]);
        }

        return prefixes;
    }

    /// <summary>Values in the order of a model's parameters, which are not changed; null for one that is missing, if that may be.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prefixes">What stands before the names of each layer with weights.</param>
    /// <param name="partial">Whether tensors may be missing or left over.</param>
    /// <exception cref="Exception">A tensor has another shape; or one is missing or left over, and that may not be.</exception>
    public (T[]?[] Values, LoadedWeights Loaded) Read(Module<T> model, IReadOnlyList<string> prefixes, bool partial = false)
    {
        List<string> matched = [], missing = [];
        List<Func<T[]?>> reads = [];
        foreach (WeightOwner<T> owner in WeightNames.Owners(model, prefixes))
        {
            foreach (Parameter<T> parameter in owner.Own)
            {
                string name = owner.NameOf(parameter);
                bool isThere = _shapes.ContainsKey(name), fits = Fits(owner, parameter);
                if (!fits && (isThere || !partial)) throw Unfit(name, owner.Layer, parameter);
                (fits ? matched : missing).Add(name);
                reads.Add(isThere ? () => _read(name) : fits ? () => new T[parameter.Values.Length] : () => null);
            }
        }

        string[] left = [.. _shapes.Keys.Except(matched)];
        if (left.Length > 0 && !partial)
            throw _error("its tensors", "those of the model alone", $"also {WeightNames.Shown(left.Select(name => _under + name))}");
        // All shapes are right before the first number is read.
        return ([.. reads.Select(read => read())], new(matched, missing, left));
    }

    /// <summary>Overwrites a model's weights: all that are there, or none when one does not fit.</summary>
    public LoadedWeights Assign(Module<T> model, IReadOnlyList<string> prefixes, bool partial = false)
    {
        (T[]?[] values, LoadedWeights loaded) = Read(model, prefixes, partial);
        for (int n = 0; n < values.Length; n++)
            if (values[n] is { } numbers) model.Parameters[n].Set(numbers);
        return loaded;
    }

    // A second bias of an LSTM that is not there is 0: the first is the sum of both.
    private bool Fits(WeightOwner<T> owner, Parameter<T> parameter) =>
        _shapes.TryGetValue(owner.NameOf(parameter), out int[]? shape)
            ? shape.SequenceEqual(WeightNames.ShapeOf(parameter))
            : parameter.Role == ParameterRole.RecurrentBias && owner.TwinOf(parameter) is { } twin
                && _shapes.ContainsKey(owner.NameOf(twin));

    private Exception Unfit(string name, Layer<T> layer, Parameter<T> parameter)
    {
        int[] expected = WeightNames.ShapeOf(parameter);
        string found = $"none; the file has {WeightNames.Shown(_shapes.Keys.Select(one => _under + one))}";
        if (_shapes.TryGetValue(name, out int[]? shape))
        {
            bool isTransposed = shape.Length == 2 && shape.Reverse().SequenceEqual(expected);
            string hint = isTransposed ? ", the transpose: rows are outputs and columns inputs here, so transpose it first" : "";
            found = Tensors.Show(shape) + hint;
        }

        return _error($"tensor '{_under}{name}' of {Architecture.NameOf(layer)}", Tensors.Show(expected), found);
    }
}
