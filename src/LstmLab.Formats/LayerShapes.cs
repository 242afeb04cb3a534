namespace LstmLab.Formats;

/// <summary>I, H, the projection (0 without), layers and directions of a stack.</summary>
internal sealed record RecurrentSizes(int I, int H, int Projection, int Layers, bool Bidirectional)
{
    /// <summary>D·R, the length of what a step returns.</summary>
    public long Outputs => (Bidirectional ? 2L : 1) * (Projection > 0 ? Projection : H);
}

/// <summary>The shapes of one layer's tensors, and the sizes they tell.</summary>
internal sealed class LayerShapes(StateDict dict, string prefix)
{
    private readonly IReadOnlyDictionary<string, TensorEntry> _tensors = dict.Group(prefix);

    /// <summary>Whether the layer has a tensor of that name.</summary>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>Shape of a matrix.</summary>
    /// <exception cref="ModelFileException">There is none of that name, or it is none.</exception>
    public int[] Of(string name)
    {
        if (!_tensors.TryGetValue(name, out TensorEntry? tensor)) throw Bad($"its '{name}'", "a tensor", "none");
        return tensor.Shape is [> 0, > 0] ? tensor.Shape : throw Bad($"its '{name}'", "a matrix", Tensors.Show(tensor.Shape));
    }

    /// <summary>Length of a vector.</summary>
    /// <exception cref="ModelFileException">There is none of that name, or it is none.</exception>
    public int Count(string name)
    {
        if (!_tensors.TryGetValue(name, out TensorEntry? tensor)) throw Bad($"its '{name}'", "a tensor", "none");
        return tensor.Shape is [> 0] ? tensor.Shape[0] : throw Bad($"its '{name}'", "a vector", Tensors.Show(tensor.Shape));
    }

    /// <summary>The sizes of a stack: weight_ih_l0 is [G·H, I], weight_hh_l0 [G·H, R], weight_hr_l0 [R, H].</summary>
    /// <param name="gates">G.</param>
    /// <exception cref="ModelFileException">The shapes disagree, or promise more numbers than the file holds.</exception>
    public RecurrentSizes Recurrent(int gates)
    {
        int[] input = Of("weight_ih_l0"), recurrent = Of("weight_hh_l0");
        int layers = 1;
        while (Has($"weight_ih_l{layers}")) layers++;
        int projection = Has("weight_hr_l0") ? recurrent[1] : 0;
        RecurrentSizes sizes = new(input[1], UnitsOf(recurrent), projection, layers, Has("weight_ih_l0_reverse"));
        if (input[0] != (long)gates * sizes.H || recurrent[0] != input[0])
        {
            throw Bad(
                "its 'weight_ih_l0' and 'weight_hh_l0'", $"{gates} gates of {sizes.H} units, {(long)gates * sizes.H} rows",
                $"{input[0]} and {recurrent[0]} rows");
        }

        Int128 perRow = sizes.I + ((Int128)(layers - 1) * sizes.Outputs);
        Int128 needed = (sizes.Bidirectional ? 2 : 1) * (Int128)input[0] * (perRow + ((Int128)layers * recurrent[1])), held = 0;
        foreach (TensorEntry tensor in _tensors.Values) held += tensor.Count;
        return needed <= held ? sizes : throw Bad("its tensors", $"{needed} numbers for {layers} layers of these sizes", $"{held}");
    }

    /// <summary>G, where the rows of weight_ih_l0 tell it; 0 without that tensor.</summary>
    public int Gates() => !Has("weight_ih_l0") ? 0 : Of("weight_ih_l0")[0] / UnitsOf(Of("weight_hh_l0"));

    /// <summary>An exception that names file and layer.</summary>
    public ModelFileException Bad(string place, string expected, string found, Exception? cause = null, string? remedy = null) =>
        new(dict.Path, $"layer '{(prefix.Length > 80 ? prefix[..80] + "…" : prefix)}', {place}", expected, found, cause, remedy);

    private int UnitsOf(int[] recurrent) => Has("weight_hr_l0") ? Of("weight_hr_l0")[1] : recurrent[1];
}
