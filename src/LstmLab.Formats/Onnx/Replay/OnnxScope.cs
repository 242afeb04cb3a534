using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace LstmLab.Formats;

/// <summary>The values of one run of a graph by name; those of the graph around it are in sight.</summary>
/// <param name="file">The file, whose budget the numbers of constants count on.</param>
/// <param name="plan">What is run; null for constants alone.</param>
/// <param name="tape">Where layers are recorded.</param>
/// <param name="outer">The graph around it, for a branch.</param>
internal sealed class OnnxScope<T>(OnnxFile file, OnnxPlan<T>? plan, Tape<T> tape, OnnxScope<T>? outer)
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    // The constants of a graph are turned into tensors once.
    private static readonly ConditionalWeakTable<OnnxArray, Tensor<T>> Tensors = [];

    private readonly Dictionary<string, OnnxDatum<T>> _values = new(StringComparer.Ordinal);

    /// <summary>A scope in which constants are computed.</summary>
    public static OnnxScope<T> OfConstants(OnnxFile file) => new(file, null, new Tape<T>().Begin(Pass.Predict), null) { IsBounded = true };

    /// <summary>Where layers are recorded.</summary>
    public Tape<T> Tape => tape;

    /// <summary>Whether numbers count on the file's budget: while it is read.</summary>
    public bool IsBounded { get; init; }

    /// <summary>A value that a node reads.</summary>
    public OnnxDatum<T> this[OnnxNode node, string name] => Find(name)
        ?? throw node.Bad(
            $"input {ModelFileException.Shown(name)}", "an input, a constant, or a result of a node before", "none of that name");

    public void Set(string name, OnnxDatum<T> value) => _values[name] = value;

    /// <summary>A value by its name; null when there is none.</summary>
    public OnnxDatum<T>? Find(string name)
    {
        name = plan?.Aliases.GetValueOrDefault(name, name) ?? name;
        return _values.GetValueOrDefault(name) ?? plan?.Constants.GetValueOrDefault(name) ?? outer?.Find(name);
    }

    /// <summary>Runs a branch with this scope around it.</summary>
    public OnnxScope<T> Within(OnnxPlan<T> branch) => new(file, branch, tape, this) { IsBounded = IsBounded };

    /// <summary>Plain numbers as a value of the tape, without a gradient.</summary>
    public Value<T> Constant(OnnxArray array)
    {
        Tensor<T> tensor = Tensors.GetValue(array, static made => LstmLab.Tensors.Of(made.To<T>(), made.Dims is [] ? [1] : made.Dims));
        return tape.Input(tensor);
    }

    /// <summary>Counts numbers that are about to be made while a file is read.</summary>
    public void Spend(OnnxNode node, long numbers)
    {
        if (IsBounded) file.Spend(numbers, node.Place);
    }
}
