using System.Collections;
using System.Numerics;
using System.Numerics.Tensors;
using System.Reflection;

namespace LstmLab;

/// <summary>
/// A model written as code: its layers are fields, and <see cref="Forward(ReadOnlySpan{Value{T}})"/> calls them. The calls are recorded,
/// and the backward pass runs each layer's own backward equations in reverse order.
/// <code>
/// sealed class Classifier : Module&lt;float&gt;
/// {
///     private readonly Lstm&lt;float&gt; reader = new(8, 32);
///     private readonly Dense&lt;float&gt; answer = new(32, 3);
///
///     public override Value&lt;float&gt; Forward(params ReadOnlySpan&lt;Value&lt;float&gt;&gt; inputs) =>
///         answer.Forward(reader.Forward(inputs[0]));
/// }
/// </code></summary>
/// <remarks>Training, prediction, gradient checks and files serve any module. One instance serves one thread.</remarks>
/// <param name="seed">Fixes the initial weights of layers that have none yet, which are drawn when the module is first used.</param>
public abstract class Module<T>(ulong seed = 0) where T : struct, IBinaryFloatingPointIeee754<T>
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly TensorCache<T> _noGradient = new();
    private Layer<T>[]? _layers;
    private Parameter<T>[]? _parameters;
    private Tape<T>? _tape, _predictionTape;
    private Value<T>? _output;

    /// <summary>All layers, each once, in the order of the fields that hold them.</summary>
    public IReadOnlyList<Layer<T>> Layers => _layers ??= FindLayers();

    /// <summary>All learnable blocks, each once, named by the fields that lead to them and PyTorch's name, e.g.
    /// <c>encoder.weight_ih_l0</c>.</summary>
    public virtual IReadOnlyList<Parameter<T>> Parameters => _parameters ??= FindParameters();

    /// <summary>Number of learnable numbers.</summary>
    public int ParameterCount => Parameters.Sum(parameter => parameter.Values.Length);

    /// <summary>A learnable block by its name.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name; the message lists those there are.</exception>
    public Parameter<T> this[string name] => Parameters.FirstOrDefault(parameter => parameter.Name == name)
        ?? throw new KeyNotFoundException(
            $"There is no parameter '{name}'; there are: {string.Join(", ", Parameters.Select(parameter => parameter.Name))}.");

    /// <summary>The calls, values and gradients of the last pass that <see cref="Forward(Tensor{T}, Pass, IReadOnlyList{int})"/> or
    /// training ran.</summary>
    public Tape<T> Tape
    {
        get
        {
            _ = Parameters;      // weights that are not drawn yet would be zeros in a pass that is begun on the tape
            return _tape ??= new(this);
        }
    }

    /// <summary>The modules and layers this one is made of, by name: by default the fields that hold one or a list of them, in the order
    /// of declaration.</summary>
    protected internal virtual IEnumerable<KeyValuePair<string, Module<T>>> Children => ChildrenInFields();

    /// <summary>The model itself: computes its output by calling layers.</summary>
    /// <param name="inputs">The inputs, as many as the model takes.</param>
    public abstract Value<T> Forward(params ReadOnlySpan<Value<T>> inputs);

    /// <summary>Draws all weights anew.</summary>
    public void Initialize(ulong seed) => Initialize(seed, 0);

    /// <summary>Runs the model on one input.</summary>
    /// <param name="x">Inputs, usually [T, B, I]; kept by reference until the backward pass.</param>
    /// <param name="pass">What the pass is for.</param>
    /// <param name="lengths">Length of each sequence; all T when omitted.</param>
    /// <returns>The outputs; overwritten by the next pass.</returns>
    /// <exception cref="ShapeException">A shape disagrees with a layer.</exception>
    public Tensor<T> Forward(Tensor<T> x, Pass pass, IReadOnlyList<int>? lengths = null)
    {
        Tape<T> tape = BeginTape(pass);
        return Run(Forward(tape.Input(x, lengths, needsGradient: true)));
    }

    /// <summary>Carries ∂L/∂outputs of the last <see cref="Forward(Tensor{T}, Pass, IReadOnlyList{int})"/> back: adds to the parameters'
    /// gradients.</summary>
    /// <param name="dY">∂L/∂outputs, in their shape.</param>
    /// <returns>∂L/∂x; zeros where the loss has no derivative, as for class indexes. Overwritten by the next pass.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass, or it was for prediction.</exception>
    /// <exception cref="ShapeException">The shape is not that of the outputs.</exception>
    public Tensor<T> Backward(Tensor<T> dY)
    {
        if (_output is null) throw new InvalidOperationException("Call Forward before Backward.");
        _output.Tape.Backward((_output, dY));
        Value<T> input = _output.Tape.Inputs[0];
        return input.Gradient ?? _noGradient.Cleared(Array.ConvertAll(input.Data.Lengths.ToArray(), length => (int)length));
    }

    /// <summary>Sets all gradients to 0.</summary>
    public void ClearGradients()
    {
        for (int n = 0; n < Parameters.Count; n++) Array.Clear(Parameters[n].Gradient);
    }

    /// <summary>The layers with their parameters, and the outputs' shapes of the last pass: a table in text.</summary>
    public override string ToString() => ModuleSummary.Of(this);

    /// <summary>Remembers an output as that of the last pass, from which <see cref="Backward"/> starts.</summary>
    /// <returns>Its numbers.</returns>
    protected Tensor<T> Run(Value<T> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        return output.Data;
    }

    /// <summary>The tape for a pass, rewound: one for training, one for prediction, so that they keep their workspaces.</summary>
    internal Tape<T> BeginTape(Pass pass)
    {
        Tape<T> tape = Tape;
        return pass.HasBackward ? tape.Begin(pass) : (_predictionTape ??= new(this)).Begin(pass);
    }

    /// <summary>Draws the weights of all layers; parameter n of the module from stream (seed, "initialise", first + n).</summary>
    /// <returns>first plus the number of parameters.</returns>
    internal virtual int Initialize(ulong seed, int first)
    {
        foreach (Layer<T> layer in Layers) first = layer.Initialize(seed, first);
        return first;
    }

    internal int IndexOf(Layer<T> layer) => Array.IndexOf((Layer<T>[])Layers, layer);

    private Layer<T>[] FindLayers() => this is Layer<T> layer ? [layer] : [.. Named("").Select(named => named.Layer)];

    private Parameter<T>[] FindParameters()
    {
        int first = 0;
        foreach (Layer<T> layer in Layers) first = layer.InitializeIfNew(seed, first);
        List<Parameter<T>> parameters = [];
        foreach ((string path, Layer<T> layer) in Named(""))
        {
            // Weights that two layers share are one parameter, under its first name.
            foreach (Parameter<T> parameter in layer.Parameters)
            {
                if (!parameters.Any(other => ReferenceEquals(other.Values, parameter.Values)))
                    parameters.Add(parameter.WithName($"{path}.{parameter.Name}"));
            }
        }

        return [.. parameters];
    }

    // The layers by the path that leads to each first.
    private List<(string Path, Layer<T> Layer)> Named(string prefix)
    {
        List<(string Path, Layer<T> Layer)> found = [];
        foreach ((string name, Module<T> child) in Children)
        {
            IEnumerable<(string, Layer<T>)> under = child is Layer<T> layer ? [(prefix + name, layer)] : child.Named($"{prefix}{name}.");
            foreach ((string path, Layer<T> leaf) in under)
            {
                if (!found.Any(other => ReferenceEquals(other.Layer, leaf))) found.Add((path, leaf));
            }
        }

        return found;
    }

    /// <summary>The name of each layer, in the order of <see cref="Layers"/>.</summary>
    internal IReadOnlyList<(string Path, Layer<T> Layer)> NamedLayers => this is Layer<T> layer ? [("", layer)] : Named("");

    private IEnumerable<KeyValuePair<string, Module<T>>> ChildrenInFields()
    {
        for (Type? type = GetType(); type is not null && type != typeof(Module<T>); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(Declared).OrderBy(field => field.MetadataToken))
            {
                string name = NameOf(field);
                object? held = field.GetValue(this);
                if (held is Module<T> module) yield return new(name, module);
                if (held is not (Module<T> or string) && held is IEnumerable list)
                {
                    foreach ((int n, Module<T> child) in list.OfType<Module<T>>().Index()) yield return new($"{name}.{n}", child);
                }
            }
        }
    }

    // encoder of the fields encoder and _encoder, of the property Encoder and of the constructor's parameter encoder.
    private static string NameOf(FieldInfo field)
    {
        string name = field.Name;
        if (name.StartsWith('<')) name = name[1..name.IndexOf('>', StringComparison.Ordinal)];
        return name.TrimStart('_');
    }
}
