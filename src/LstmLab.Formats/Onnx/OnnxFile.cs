using System.Globalization;

namespace LstmLab.Formats;

/// <summary>An ONNX model whose parts are checked: opset, metadata, constants, inputs, outputs, nodes.</summary>
internal sealed class OnnxFile
{
    private const long LeastOpset = 7, LatestOpset = 25;

    private readonly Dictionary<string, OnnxArray> _constants = new(StringComparer.Ordinal);
    private readonly string _path;
    private long _left;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFileException">The file is damaged, or none of ONNX.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public OnnxFile(string path) : this(path, File.ReadAllBytes(path))
    {
    }

    /// <summary>Reads the bytes of a file.</summary>
    public OnnxFile(string path, byte[] bytes)
    {
        _path = path;
        ModelProto model = OnnxWire.Parse(path, bytes);
        if (model.Graph is null) throw Bad("graph", "a graph", "none");
        // What a file makes us do is in proportion to its length: every number of it may be sorted, moved and used a few times.
        _left = 4L * bytes.Length;
        RequireOpset(model);
        foreach (EntryProto entry in model.MetadataProps)
            if (!Metadata.TryAdd(entry.Key, entry.Value)) throw Bad("metadata_props", "keys that differ", $"{ModelFileException.Shown(entry.Key)} twice");
        foreach (TensorProto tensor in model.Graph.Initializer)
        {
            if (tensor.Name.Length == 0) throw Bad("initializer", "a name", "none");
            if (!_constants.TryAdd(tensor.Name, OnnxArray.Of(this, tensor, $"initializer {ModelFileException.Shown(tensor.Name)}")))
                throw Bad("initializer", "names that differ", $"{ModelFileException.Shown(tensor.Name)} twice");
        }

        Inputs = [.. model.Graph.Input.Where(input => !_constants.ContainsKey(input.Name))];
        Outputs = [.. model.Graph.Output.Select(output => output.Name)];
        if (Outputs.Count == 0) throw Bad("output", "at least one", "none");
        Nodes = [.. model.Graph.Node.Select((node, n) => new OnnxNode(this, node, n))];
    }

    /// <summary>Metadata by key.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Constants by name.</summary>
    public IReadOnlyDictionary<string, OnnxArray> Constants => _constants;

    /// <summary>Inputs that a caller must give.</summary>
    public IReadOnlyList<ValueInfoProto> Inputs { get; }

    /// <summary>Names of the outputs.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The nodes in their order.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <summary>Counts numbers that are about to be allocated or looked at.</summary>
    /// <exception cref="ModelFileException">They are more than a file of this length has a use for.</exception>
    public void Spend(long numbers, string place)
    {
        _left -= numbers;
        if (_left < 0) throw Bad(place, "no more numbers than a file of this length has a use for", "constants used over and over");
    }

    /// <summary>An exception that names the file.</summary>
    public ModelFileException Bad(string place, string expected, string found, Exception? cause = null) =>
        new(_path, place, expected, found, cause);


    private void RequireOpset(ModelProto model)
    {
        OperatorSetProto[] own = [.. model.OpsetImport.Where(set => set.Domain is "" or "ai.onnx")];
        string found = own.Length == 0
            ? "none"
            : string.Join(", ", own.Take(5).Select(set => set.Version.ToString(CultureInfo.InvariantCulture)));
        if (own is not [{ Version: >= LeastOpset and <= LatestOpset }])
            throw Bad("opset_import", $"one version of ONNX's operators from {LeastOpset} to {LatestOpset}", found);
    }
}
