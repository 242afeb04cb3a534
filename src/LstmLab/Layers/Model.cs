using System.Numerics;

namespace LstmLab;

/// <summary>Modules one after another: each takes the output of the one before.</summary>
/// <remarks>Further inputs go to the first module: an LSTM in that place takes its initial states from them.</remarks>
public sealed class Model<T> : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Module<T>[] _modules;

    /// <summary>A model whose weights are drawn from seed 0, but for layers that have weights already.</summary>
    public Model(params Module<T>[] modules) : this(0, modules)
    {
    }

    /// <summary>A model whose weights are drawn from a seed, but for layers that have weights already.</summary>
    /// <param name="seed">Fixes the initial weights; dropout and shuffling have the seed of Train. Models inside a model need different
    /// seeds.</param>
    /// <param name="modules">Layers or other modules, at least one; the same layer in two places shares its weights.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    /// <exception cref="ShapeException">A layer takes another number of features than the one before it gives.</exception>
    public Model(ulong seed, params Module<T>[] modules) : base(seed)
    {
        ArgumentNullException.ThrowIfNull(modules);
        if (modules.Length == 0) throw new ArgumentException("A model needs at least one layer.", nameof(modules));
        _modules = modules;
        RequireFit();
        _ = Parameters;
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<KeyValuePair<string, Module<T>>> Children =>
        _modules.Select((module, n) => new KeyValuePair<string, Module<T>>($"{n}", module));

    /// <inheritdoc/>
    public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
    {
        Value<T> x = _modules[0].Forward(inputs);
        for (int n = 1; n < _modules.Length; n++) x = _modules[n].Forward(x);
        return x;
    }

    private void RequireFit()
    {
        int? width = null;
        for (int n = 0; n < _modules.Length; n++)
        {
            if (_modules[n] is not Layer<T> layer)
            {
                width = null;
                continue;
            }

            if (n > 0 && width is { } given && layer.InputWidth is { } taken && given != taken)
                throw new ShapeException($"Layer {n}, {layer.Description}, takes {taken} features, but the layer before it gives {given}.");
            width = layer.OutputWidth(width);
        }
    }
}
