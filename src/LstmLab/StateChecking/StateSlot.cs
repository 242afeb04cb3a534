using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A part of a model's states that can stand in each other's place: a whole state, such as h or c, or where a state is
/// [L, B, H], the part of each layer.</summary>
internal sealed class StateSlot
{
    private StateSlot(string name, int state, Range range, int size, int layer, int layers)
    {
        Name = name;
        State = state;
        Size = size;
        Layer = layer;
        Layers = layers;
        _range = range;
    }

    private readonly Range _range;

    /// <summary>E.g. c, or c[1] of the second layer.</summary>
    public string Name { get; }

    /// <summary>Index of the state.</summary>
    public int State { get; }

    /// <summary>Number of values.</summary>
    public int Size { get; }

    /// <summary>Index of the layer, 0 where the slot is the whole state.</summary>
    public int Layer { get; }

    /// <summary>L.</summary>
    public int Layers { get; }

    /// <summary>Whether it is a state's whole, not the part of one layer among several.</summary>
    public bool IsWhole => Layers == 1;

    /// <summary>Names of the states in messages: h and c, or numbers where there are more than two.</summary>
    public static string NameOf(int state, int states) => states <= 2 ? state == 0 ? "h" : "c" : $"state {state}";

    /// <summary>A slot for each state.</summary>
    public static StateSlot[] Whole<T>(IReadOnlyList<Tensor<T>> states) =>
        [.. states.Select((state, n) => new StateSlot(NameOf(n, states.Count), n, .., (int)state.FlattenedLength, 0, 1))];

    /// <summary>A slot for each layer of each state.</summary>
    public static StateSlot[] ByLayer<T>(IReadOnlyList<Tensor<T>> states) => [.. states.SelectMany((state, n) =>
    {
        int layers = state.Rank < 3 ? 1 : state.Length(0), size = (int)state.FlattenedLength / Math.Max(1, layers);
        string name = NameOf(n, states.Count);
        return Enumerable.Range(0, layers).Select(layer => new StateSlot(
            layers == 1 ? name : $"{name}[{layer}]", n, (layer * size)..((layer + 1) * size), size, layer, layers));
    })];

    /// <summary>The slot's values.</summary>
    public Span<T> In<T>(IReadOnlyList<Tensor<T>> states) => states[State].Flat()[_range];
}
