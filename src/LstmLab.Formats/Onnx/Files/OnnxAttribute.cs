using Google.Protobuf;

namespace LstmLab.Formats;

/// <summary>Attributes of nodes.</summary>
internal static class OnnxAttribute
{
    public static AttributeProto Int(string name, int value) => new() { Name = name, Type = OnnxNode.IntType, I = value };

    public static AttributeProto Float(string name, double value) => new() { Name = name, Type = OnnxNode.FloatType, F = (float)value };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = OnnxNode.TextType, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Ints(string name, params long[] values)
    {
        AttributeProto attribute = new() { Name = name, Type = OnnxNode.IntsType };
        attribute.Ints.AddRange(values);
        return attribute;
    }
}
