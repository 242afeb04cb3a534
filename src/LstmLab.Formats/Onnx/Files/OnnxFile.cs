using System.Globalization;

namespace LstmLab.Formats;

/// <summary>An ONNX model whose parts are checked: opset, metadata, constants, inputs, outputs, nodes.</summary>
internal sealed class OnnxFile
{
    private const long LeastOpset = 1, LatestOpset = 25;

    private readonly Dictionary<string, OnnxArray> _constants = new(StringComparer.Ordinal);
    private readonly List<string> _unreadable = [];
    private readonly Dictionary<string, long> _beside = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly long _length;
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
        ForeignFile.Refuse(path, bytes.AsSpan(0, Math.Min(bytes.Length, ForeignFile.Enough)));
        ModelProto model = OnnxWire.Parse(path, bytes);
        if (model.Graph is null) throw Bad("graph", "a graph", "none");
        Graph = model.Functions.Count == 0 ? model.Graph : new OnnxFunctions(this, model.Functions, bytes.Length).WriteOut(model.Graph);
        _length = bytes.Length;
        RequireOpset(model);
        foreach (EntryProto entry in model.MetadataProps)
            if (!Metadata.TryAdd(entry.Key, entry.Value))
                throw Bad("metadata_props", "keys that differ", $"{ModelFileException.Shown(entry.Key)} twice");
        foreach (TensorProto tensor in Graph.Initializer)
        {
            if (tensor.Name.Length == 0) throw Bad("initializer", "a name", "none");
            if (!OnnxArray.IsKnown(tensor.DataType))
            {
                _unreadable.Add($"{OnnxArray.NameOf(tensor.DataType)} in initializer {ModelFileException.Shown(tensor.Name)}");
                continue;
            }

            if (!_constants.TryAdd(tensor.Name, OnnxArray.Of(this, tensor, $"initializer {ModelFileException.Shown(tensor.Name)}")))
                throw Bad("initializer", "names that differ", $"{ModelFileException.Shown(tensor.Name)} twice");
        }

        BeginBudget();
        Inputs = [.. Graph.Input.Where(input => !_constants.ContainsKey(input.Name))];
        Outputs = [.. Graph.Output.Select(output => output.Name)];
        if (Outputs.Count == 0) throw Bad("output", "at least one", "none");
        Nodes = [.. Graph.Node.Select((node, n) => new OnnxNode(this, node, n))];
        // The files beside it count too, and are known now.
        BeginBudget();
    }

    /// <summary>Version of ONNX's operators.</summary>
    public int Opset { get; private set; }

    /// <summary>The graph as it stands in the file.</summary>
    public GraphProto Graph { get; }

    /// <summary>Metadata by key.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Constants by name.</summary>
    public IReadOnlyDictionary<string, OnnxArray> Constants => _constants;

    /// <summary>Constants whose type of numbers this library does not read, in words.</summary>
    public IReadOnlyList<string> Unreadable => _unreadable;

    /// <summary>Inputs that a caller must give.</summary>
    public IReadOnlyList<ValueInfoProto> Inputs { get; }

    /// <summary>Names of the outputs.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The nodes in their order.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <summary>What a file makes us do is in proportion to its length: every number of it may be sorted, moved and used a few times on
    /// each way of reading it.</summary>
    public void BeginBudget() => _left = 4L * (_length + ExternalBytes);

    /// <summary>Whether the budget was not enough: no other way of reading the file is tried.</summary>
    public bool IsSpent => _left < 0;

    /// <summary>Counts numbers that are about to be allocated or looked at.</summary>
    /// <exception cref="ModelFileException">They are more than a file of this length has a use for.</exception>
    public void Spend(long numbers, string place)
    {
        _left -= numbers;
        if (_left < 0) throw Bad(place, "no more numbers than a file of this length has a use for", "constants used over and over");
    }

    /// <summary>The bytes of a tensor that lie in a file beside this one, as exporters write weights beyond 2 GB: the file's name is
    /// relative and stays within the folder.</summary>
    public byte[] External(TensorProto tensor, string place, long count)
    {
        Dictionary<string, string> fields = [];
        foreach (EntryProto entry in tensor.ExternalData) fields[entry.Key] = entry.Value;
        string name = fields.GetValueOrDefault("location", "");
        string folder = Path.GetFullPath(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        string file = Path.GetFullPath(Path.Combine(folder, name));
        if (name.Length == 0 || Path.IsPathRooted(name) || !file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw Bad(place, "external data in a file within the model's folder", ModelFileException.Shown(name));
        FileInfo beside = new(file);
        if (!beside.Exists || beside.LinkTarget is not null)
        {
            throw Bad(
                place,
                $"its numbers in the file {ModelFileException.Shown(name)} beside the model: put it there, or save the model as one file "
                + "with onnx.save(onnx.load(path), path)", "no such file");
        }

        if (!long.TryParse(fields.GetValueOrDefault("offset", "0"), out long offset) || offset < 0 || offset > beside.Length - count)
        {
            string from = fields.GetValueOrDefault("offset", "0");
            throw Bad(place, $"{count} bytes in {ModelFileException.Shown(name)}", $"{beside.Length} bytes, read from offset {from}");
        }

        if (fields.TryGetValue("length", out string? length) && length != $"{count}")
            throw Bad(place, $"{count} bytes of external data", $"length {ModelFileException.Shown(length)}");
        _beside[file] = beside.Length;
        if (ExternalBytes + count > 2 * _beside.Values.Sum())
            throw Bad(place, "numbers that stand once in their file", "the same ones over and over");
        byte[] bytes = new byte[count];
        using FileStream stream = beside.OpenRead();
        stream.Position = offset;
        stream.ReadExactly(bytes);
        ExternalBytes += count;
        return bytes;
    }

    /// <summary>Bytes read from files beside this one.</summary>
    public long ExternalBytes { get; private set; }

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
        Opset = (int)own[0].Version;
    }
}
