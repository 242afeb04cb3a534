using System.Globalization;
using System.Text;

namespace LstmLab.Formats;

/// <summary>A node of a graph and its attributes; an attribute that nobody asks for is an error, since it would change what the node
/// means.</summary>
internal sealed class OnnxNode
{
    /// <summary>Types of attributes by ONNX's numbers.</summary>
    public const int FloatType = 1, IntType = 2, TextType = 3, TensorType = 4, GraphType = 5, FloatsType = 6, IntsType = 7, TextsType = 8;

    private readonly OnnxFile _file;
    private readonly NodeProto _node;
    private readonly string _place;
    private readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Takes node <paramref name="index"/>.</summary>
    /// <exception cref="ModelFileException">An attribute stands twice.</exception>
    public OnnxNode(OnnxFile file, NodeProto node, int index)
    {
        (_file, _node, _place) = (file, node, $"node {index}, {ModelFileException.Shown(node.OpType)}");
        foreach (AttributeProto attribute in node.Attribute)
            if (!_attributes.TryAdd(attribute.Name, attribute))
                throw Bad("its attributes", "names that differ", $"{ModelFileException.Shown(attribute.Name)} twice");
    }

    /// <summary>The operator; empty for one of another domain.</summary>
    public string Operator => _node.Domain is "" or "ai.onnx" ? _node.OpType : "";

    /// <summary>The node as it stands in the file.</summary>
    public NodeProto Proto => _node;

    /// <summary>The operator as the file has it, with its domain.</summary>
    public string FullName => _node.Domain is "" or "ai.onnx" ? _node.OpType : $"{_node.Domain}.{_node.OpType}";

    /// <summary>The node's own name; may be empty.</summary>
    public string Name => _node.Name;

    /// <summary>How messages call the node.</summary>
    public string Place => _place;

    /// <summary>Names of attributes.</summary>
    public IEnumerable<string> AttributeNames => _attributes.Keys;

    /// <summary>Names of inputs; empty for one left out.</summary>
    public IReadOnlyList<string> Inputs => _node.Input;

    /// <summary>Names of outputs; empty for one left out.</summary>
    public IReadOnlyList<string> Outputs => _node.Output;

    /// <summary>Number of attributes.</summary>
    public int Attributes => _attributes.Count;

    /// <summary>Takes note of an attribute that changes nothing here.</summary>
    public void Skip(string name) => _read.Add(name);

    /// <summary>Whether the node has an attribute.</summary>
    public bool Has(string name) => _attributes.ContainsKey(name);

    /// <summary>An integer.</summary>
    public long Int(string name, long otherwise) => Attribute(name, IntType)?.I ?? otherwise;

    /// <summary>A number.</summary>
    public float Float(string name, float otherwise) => Attribute(name, FloatType)?.F ?? otherwise;

    /// <summary>A text.</summary>
    public string Text(string name, string otherwise) =>
        Attribute(name, TextType) is { } attribute ? attribute.S.ToStringUtf8() : otherwise;

    /// <summary>A graph within the node, such as a branch of If; null without.</summary>
    public GraphProto? Graph(string name) => Attribute(name, GraphType)?.G;

    /// <summary>An attribute as a reader sees it.</summary>
    public string Show(string name) => _attributes[name] switch
    {
        { Type: FloatType } one => one.F.ToString(CultureInfo.InvariantCulture),
        { Type: IntType } one => one.I.ToString(CultureInfo.InvariantCulture),
        { Type: TextType } one => one.S.ToStringUtf8(),
        { Type: FloatsType } one => string.Join(", ", one.Floats.Select(value => value.ToString(CultureInfo.InvariantCulture))),
        { Type: IntsType } one => string.Join(", ", one.Ints),
        { Type: TextsType } one => string.Join(", ", one.Strings.Select(text => text.ToStringUtf8())),
        var other => $"type {other.Type}",
    };

    /// <summary>Whether an attribute is a graph.</summary>
    public bool IsGraph(string name) => _attributes.GetValueOrDefault(name)?.Type == GraphType;

    /// <summary>A list of integers, or null.</summary>
    public long[]? Ints(string name) => Attribute(name, IntsType)?.Ints.ToArray();

    /// <summary>A list of numbers; empty when left out.</summary>
    public float[] Floats(string name) => Attribute(name, FloatsType)?.Floats.ToArray() ?? [];

    /// <summary>A list of texts, or null.</summary>
    public string[]? Texts(string name) => Attribute(name, TextsType)?.Strings.Select(text => text.ToString(Encoding.UTF8)).ToArray();

    /// <summary>A constant, or null.</summary>
    public OnnxArray? Array(string name) =>
        Attribute(name, TensorType) is { } attribute
            ? OnnxArray.Of(_file, attribute.T ?? throw Bad($"attribute '{name}'", "a tensor", "none"), $"{_place}, attribute '{name}'")
            : null;

    /// <summary>Throws when the file gives an attribute that was not asked for.</summary>
    public void RequireAllRead()
    {
        foreach (string name in _attributes.Keys)
            if (!_read.Contains(name))
            {
                throw Bad(
                    "its attributes", _read.Count == 0 ? "none" : $"of {string.Join(", ", _read.Order(StringComparer.Ordinal))}",
                    ModelFileException.Shown(name));
            }
    }

    /// <summary>Counts numbers that are about to be allocated.</summary>
    public void Spend(long numbers) => _file.Spend(numbers, _place);

    /// <summary>An exception that names file and node.</summary>
    public ModelFileException Bad(string place, string expected, string found, Exception? cause = null) =>
        _file.Bad($"{_place}, {place}", expected, found, cause);

    private AttributeProto? Attribute(string name, int type)
    {
        _read.Add(name);
        if (!_attributes.TryGetValue(name, out AttributeProto? attribute)) return null;
        return attribute.Type == type ? attribute : throw Bad($"attribute '{name}'", $"type {type}", $"{attribute.Type}");
    }
}
