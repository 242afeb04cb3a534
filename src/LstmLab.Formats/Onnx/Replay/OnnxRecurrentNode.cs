using System.Globalization;
using System.Numerics;

namespace LstmLab.Formats;

/// <summary>A recurrent node of an ONNX file, wherever in it: its sizes and settings, and itself as a layer.</summary>
public sealed class OnnxRecurrentNode
{
    private readonly OnnxFile _file;
    private readonly OnnxRecurrent _recurrent;

    internal OnnxRecurrentNode(OnnxFile file, OnnxNode node, OnnxRecurrent recurrent, string place)
    {
        (_file, _recurrent) = (file, recurrent);
        (Name, Operator, Place) = (node.Name, node.Operator, place);
        Attributes = node.AttributeNames.Order(StringComparer.Ordinal).ToDictionary(name => name, node.Show, StringComparer.Ordinal);
    }

    /// <summary>The node's name; empty where the file has none.</summary>
    public string Name { get; }

    /// <summary>Where it stands: "graph", or the branches of If that lead to it.</summary>
    public string Place { get; }

    /// <summary>LSTM, GRU or RNN.</summary>
    public string Operator { get; }

    /// <summary>I, features of the input.</summary>
    public int InputSize => _recurrent.InputSize;

    /// <summary>H, units of one direction.</summary>
    public int HiddenSize => _recurrent.HiddenSize;

    /// <summary>1, or 2 when it reads its sequences in both directions.</summary>
    public int Directions => _recurrent.Directions;

    /// <summary>The activation functions of the gates, of all directions.</summary>
    public IReadOnlyList<string> Activations => _recurrent.ActivationNames;

    /// <summary>The attributes that the file gives, as text.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; }

    /// <summary>The node as a layer with its weights: [T, B, I] to [T, B, D·H]. It starts from zero states; give it others by
    /// <see cref="Recurrent{T}.ForwardWithStates"/> or <see cref="Recurrent{T}.Stream"/>.</summary>
    public Recurrent<T> Open<T>() where T : struct, IBinaryFloatingPointIeee754<T>
    {
        _file.BeginBudget();
        (Layer<T> layer, Action<Layer<T>> assign) = _recurrent.Layer<T>(true);
        _ = new Model<T>(layer);
        assign(layer);
        return (Recurrent<T>)layer;
    }

    /// <summary>One line: place, name, operator and sizes.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Place}: {Operator}{(Name.Length > 0 ? $" '{Name}'" : "")}, {InputSize} → {HiddenSize}"
        + $"{(Directions == 2 ? " in both directions" : "")}");
}
