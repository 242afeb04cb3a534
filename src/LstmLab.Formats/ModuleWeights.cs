using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Formats;

/// <summary>The weights of any module by name, in memory and from files.</summary>
/// <remarks>The names are those of <see cref="Module{T}.Parameters"/>, the shapes PyTorch's. A tensor that layers share stands there
/// once, under the name of the first that holds it.</remarks>
public static class ModuleWeights
{
    /// <summary>Copies of all weights, by name and in the order of <see cref="Module{T}.Parameters"/>.</summary>
    /// <param name="model">The model.</param>
    public static IReadOnlyDictionary<string, Tensor<T>> StateDict<T>(this Module<T> model) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        OrderedDictionary<string, Tensor<T>> copies = new(StringComparer.Ordinal);
        foreach (NamedValues<T> tensor in WeightNames.Tensors(WeightNames.Owners(model), mergeBiases: false))
            copies.Add(tensor.Name, Tensors.Of((T[])tensor.Values.Clone(), tensor.Shape));
        return copies;
    }

    /// <summary>Overwrites a model's weights with copies of tensors in memory: all of them, or none when a name or shape
    /// disagrees.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">Tensors by name, such as those of <see cref="StateDict{T}(Module{T})"/>.</param>
    /// <param name="partial">Whether weights may be missing, which keep their values, and tensors left over; shapes must agree all the
    /// same.</param>
    /// <exception cref="ShapeException">A tensor's shape is not its weight's, or one is missing or left over and partial is
    /// false.</exception>
    public static LoadedWeights Load<T>(this Module<T> model, IReadOnlyDictionary<string, Tensor<T>> weights, bool partial = false)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weights);
        return new WeightSource<T>(weights).Assign(model, Paths(model), partial);
    }

    /// <summary>Overwrites a model's weights with those of a file, e.g. PyTorch's: all of them, or none when a name or shape
    /// disagrees.</summary>
    /// <remarks>Names of nn.LSTMCell, weight_ih and its like, are those of a stack's first layer. A cell with one bias takes the sum of the
    /// two of an nn.RNN or nn.LSTM. Tensors of integers are skipped.</remarks>
    /// <param name="model">Built with the file's sizes.</param>
    /// <param name="path">A .safetensors file, or a .checkpoint, of which the weights alone are read.</param>
    /// <param name="prefixes">What stands before the names of each layer with weights, e.g. "lstm", "head"; found by names and shapes
    /// when omitted.</param>
    /// <exception cref="ModelFileException">The file is damaged, or its tensors are not the model's.</exception>
    /// <exception cref="ArgumentException">The prefixes are not one for each layer with weights.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static LoadedWeights LoadWeights<T>(
        this Module<T> model, string path, params string[] prefixes) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        return From(model, path, source => source.Assign(model, prefixes.Length > 0 ? prefixes : source.PrefixesFor(model)));
    }

    /// <summary>Overwrites those of a model's weights that a file has, e.g. of a pretrained part; the others keep their values.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A .safetensors file, or a .checkpoint, of which the weights alone are read.</param>
    /// <param name="partial">Whether weights may be missing and tensors left over; false asks for all, by the model's own names.</param>
    /// <param name="prefixes">What stands before the names of each layer with weights. When omitted, the layers' own paths, or else with
    /// partial those of the groups that fit by names and shapes.</param>
    /// <returns>What matched, what was missing, what was left over and what was skipped.</returns>
    /// <exception cref="ModelFileException">The file is damaged, a shape disagrees, several groups fit a layer, or nothing
    /// matched.</exception>
    /// <exception cref="ArgumentException">The prefixes are not one for each layer with weights.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static LoadedWeights LoadWeights<T>(this Module<T> model, string path, bool partial, params string[] prefixes)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        return From(model, path, source => source.Assign(model, Prefixes(source), partial));

        IReadOnlyList<string> Prefixes(WeightSource<T> source) =>
            prefixes.Length > 0 ? prefixes : partial ? source.PrefixesFor(model, partial) : Paths(model);
    }

    /// <summary>The layers' paths in the model: the names of our own files.</summary>
    internal static IReadOnlyList<string> Paths<T>(Module<T> model) where T : struct, IBinaryFloatingPointIeee754<T> =>
        [.. WeightNames.Owners(model).Select(owner => owner.Path)];

    private static LoadedWeights From<T>(Module<T> model, string path, Func<WeightSource<T>, LoadedWeights> assign)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        bool isCheckpoint = Path.GetExtension(path).Equals(".checkpoint", StringComparison.OrdinalIgnoreCase);
        using SafetensorsFile file = isCheckpoint ? CheckpointFile.Open(path) : new(path);
        return assign(new(file, isCheckpoint ? CheckpointFile.ModelPrefix : ""));
    }
}
