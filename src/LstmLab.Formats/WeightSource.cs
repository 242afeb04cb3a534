using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Formats;

/// <summary>Named tensors that a model's weights are taken from: those of a file, or a dictionary in memory.</summary>
internal sealed class WeightSource<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private const string Partial = "Pass partial: true to load what fits.";

    // By the names of a stack, each with its own name there.
    private readonly OrderedDictionary<string, Item> _tensors = new(StringComparer.Ordinal);
    private readonly List<string> _integers = [];
    private readonly string _under = "";
    private readonly Func<string, T[]> _read;
    private readonly Func<string, string, string, string?, Exception> _error;

    /// <summary>The tensors of a file.</summary>
    /// <param name="file">The file, open as long as the source is used.</param>
    /// <param name="under">Only tensors whose names begin so, and the names without it.</param>
    public WeightSource(SafetensorsFile file, string under = "")
    {
        _under = under;
        OrderedDictionary<string, TensorEntry> named = new(StringComparer.Ordinal);
        foreach (TensorEntry tensor in file.Tensors.Values.OrderBy(tensor => tensor.Begin))
            if (tensor.Name.StartsWith(under, StringComparison.Ordinal)) named.Add(tensor.Name[under.Length..], tensor);
        foreach ((string name, TensorEntry tensor) in WeightNames.Stacked(named))
        {
            _tensors.Add(name, new(tensor.Name, tensor.Shape, tensor.Type));
            if (!tensor.Type.IsFloat()) _integers.Add(name);
        }

        _read = name => file.Values<T>(file.Tensors[name]);
        _error = (place, expected, found, remedy) => new ModelFileException(file.Path, place, expected, found, remedy: remedy);
    }

    /// <summary>Tensors in memory.</summary>
    public WeightSource(IReadOnlyDictionary<string, Tensor<T>> tensors)
    {
        Dictionary<string, Item> named = tensors.ToDictionary(tensor => tensor.Key, tensor => ItemOf(tensor.Key, tensor.Value));
        foreach ((string name, Item tensor) in WeightNames.Stacked(named)) _tensors.Add(name, tensor);
        _read = name => tensors[name].ToArray();
        _error = (place, expected, found, remedy) => new ShapeException(
            $"The weights do not fit the model: {place}: expected {expected}, but found {found}.{(remedy is null ? "" : $" {remedy}")}");
    }

    /// <summary>The prefix of each layer with weights: the layers' own paths, or else those of the groups that fit by names and
    /// shapes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="partial">Whether a layer may fit none, which then keeps its own path.</param>
    /// <exception cref="Exception">A layer fits none or several.</exception>
    public IReadOnlyList<string> PrefixesFor(Module<T> model, bool partial = false)
    {
        IReadOnlyList<WeightOwner<T>> owners = WeightNames.Owners(model);
        string[] groups = [.. _tensors.Keys.Select(WeightNames.PrefixOf).Distinct()];
        if (owners.All(IsThere)) return [.. owners.Select(owner => owner.Path)];
        List<string> prefixes = [];
        foreach (WeightOwner<T> owner in owners)
        {
            string[] fitting = partial && IsThere(owner)
                ? [owner.Path]
                : [.. groups.Where(prefix => owner.Own.All(parameter => Fits(owner with { Path = prefix }, parameter)))];
            if (partial && fitting.Length == 0) fitting = [owner.Path];
            if (fitting.Length != 1 || prefixes.Contains(fitting[0]))
            {
                throw _error(
                    $"tensors of layer {owner.Path}, {Architecture.NameOf(owner.Layer)}", "one group of that layer's names and shapes",
                    fitting.Length == 0
                        ? $"none among {WeightNames.Shown(groups)}"
                        : $"{WeightNames.Shown(fitting)}: pass the layers' prefixes in order",
                    fitting.Length == 0 ? Partial : null);
            }

            prefixes.Add(fitting[0]);
        }

        return prefixes;

        bool IsThere(WeightOwner<T> owner) =>
            groups.Contains(owner.Path) || owner.Own.Any(parameter => _tensors.ContainsKey(owner.NameOf(parameter)));
    }

    /// <summary>Values in the order of a model's parameters, which are not changed; null for one that is missing, if that may be.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prefixes">What stands before the names of each layer with weights.</param>
    /// <param name="partial">Whether tensors may be missing or left over.</param>
    /// <exception cref="Exception">A tensor has another shape; or one is missing or left over, and that may not be.</exception>
    public (T[]?[] Values, LoadedWeights Loaded) Read(Module<T> model, IReadOnlyList<string> prefixes, bool partial = false)
    {
        List<string> matched = [], missing = [], used = [];
        List<Func<T[]?>> reads = [];
        foreach (WeightOwner<T> owner in WeightNames.Owners(model, prefixes))
        {
            foreach (Parameter<T> parameter in owner.Own)
            {
                string name = owner.NameOf(parameter);
                bool isThere = _tensors.ContainsKey(name), fits = Fits(owner, parameter);
                if (!fits && (isThere || !partial)) throw Unfit(name, owner.Layer, parameter);
                (fits ? matched : missing).Add(name);
                string? second = isThere ? SecondBias(owner, parameter) : null;
                used.AddRange(second is null ? [name] : [name, second]);
                reads.Add(second is not null ? () => Sum(name, second)
                    : isThere ? () => _read(_tensors[name].Name)
                    : fits ? () => new T[parameter.Values.Length]
                    : () => null);
            }
        }

        string[] left = [.. _tensors.Keys.Except(used).Except(_integers).Select(name => _tensors[name].Name)];
        if (left.Length > 0 && !partial)
            throw _error("its tensors", "those of the model alone", $"also {WeightNames.Shown(left)}", Partial);
        if (partial && matched.Count == 0 && missing.Count > 0)
        {
            throw _error(
                "its tensors", $"some of the model's, {WeightNames.Shown(missing)}", $"{WeightNames.Shown(left)}, of which none fits",
                "Pass the layers' prefixes in order.");
        }

        // All shapes are right before the first number is read.
        string[] skipped = [.. _integers.Select(name => _tensors[name].Name)];
        return ([.. reads.Select(read => read())], new(matched, missing, left, skipped));
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
        _tensors.TryGetValue(owner.NameOf(parameter), out Item? tensor)
            ? tensor.Type.IsFloat() && tensor.Shape.SequenceEqual(WeightNames.ShapeOf(parameter))
            : parameter.Role == ParameterRole.RecurrentBias && owner.TwinOf(parameter) is { } twin
                && _tensors.ContainsKey(owner.NameOf(twin));

    // A cell with one bias, of those that add a gate's two, takes the sum of the file's.
    private string? SecondBias(WeightOwner<T> owner, Parameter<T> parameter)
    {
        bool addsBoth = owner.Layer is CellLayer<T> { Cell: { Biases: 1 } and not (GruCell<T> or ResetBeforeGruCell<T>) };
        if (parameter.Role != ParameterRole.Bias || !addsBoth) return null;
        string second = owner.NameOf(parameter.Name.Replace("bias_ih", "bias_hh", StringComparison.Ordinal));
        return _tensors.TryGetValue(second, out Item? tensor) && tensor.Shape.SequenceEqual(WeightNames.ShapeOf(parameter)) ? second : null;
    }

    private T[] Sum(string first, string second) =>
        [.. _read(_tensors[first].Name).Zip(_read(_tensors[second].Name), (input, recurrent) => input + recurrent)];

    private Exception Unfit(string name, Layer<T> layer, Parameter<T> parameter)
    {
        string place = $"tensor '{_under}{name}' of {Architecture.NameOf(layer)}";
        string expected = Tensors.Show(WeightNames.ShapeOf(parameter));
        if (!_tensors.TryGetValue(name, out Item? tensor))
            return _error(place, expected, $"none; the file has {WeightNames.Shown(_tensors.Values.Select(one => one.Name))}", Partial);
        place = $"tensor '{tensor.Name}' of {Architecture.NameOf(layer)}";
        if (!tensor.Type.IsFloat())
        {
            return _error(
                place, "F16, BF16, F32 or F64", $"{tensor.Type}", "Integers are quantized weights: save the model as it was before.");
        }

        bool isTransposed = tensor.Shape.Length == 2 && tensor.Shape.Reverse().SequenceEqual(WeightNames.ShapeOf(parameter));
        string hint = isTransposed ? ", the transpose: rows are outputs and columns inputs here, so transpose it first" : "";
        return _error(place, expected, Tensors.Show(tensor.Shape) + hint, null);
    }

    private static Item ItemOf(string name, Tensor<T> tensor) =>
        new(name, [.. tensor.Lengths.ToArray().Select(length => (int)length)], Elements.Of<T>());

    // A tensor by its own name.
    private sealed record Item(string Name, int[] Shape, ElementType Type);
}
