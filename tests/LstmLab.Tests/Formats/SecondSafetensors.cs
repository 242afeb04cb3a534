using System.Text.Json.Nodes;

namespace LstmLab.Tests.Formats;

/// <summary>A second implementation of safetensors, from the format's definition alone: the oracle of the first.</summary>
internal static class SecondSafetensors
{
    public sealed record Item(string Name, string Type, int[] Shape, byte[] Bytes);

    public static Item Of(string name, int[] shape, double[] values) => new(name, "F64", shape, [.. values.SelectMany(BitConverter.GetBytes)]);

    public static Item Of(string name, int[] shape, float[] values) => new(name, "F32", shape, [.. values.SelectMany(BitConverter.GetBytes)]);

    public static byte[] Write(params IEnumerable<Item> items)
    {
        JsonObject header = [];
        int begin = 0;
        foreach (Item item in items)
        {
            header[item.Name] = new JsonObject
            {
                ["dtype"] = item.Type,
                ["shape"] = new JsonArray([.. item.Shape.Select(axis => JsonValue.Create(axis))]),
                ["data_offsets"] = new JsonArray(begin, begin + item.Bytes.Length),
            };
            begin += item.Bytes.Length;
        }

        return File(header.ToJsonString(), [.. items.SelectMany(item => item.Bytes)]);
    }

    /// <summary>Length, header and data as they stand in a file.</summary>
    public static byte[] File(string header, params byte[] data)
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. data];
    }

    public static Dictionary<string, Item> Read(byte[] file)
    {
        int length = (int)BitConverter.ToUInt64(file, 0);
        Dictionary<string, Item> items = [];
        foreach ((string name, JsonNode? tensor) in JsonNode.Parse(file.AsSpan(8, length))!.AsObject())
        {
            if (name == "__metadata__") continue;
            int[] offsets = [.. tensor!["data_offsets"]!.AsArray().Select(offset => (int)offset!)];
            items.Add(name, new(name, (string)tensor["dtype"]!, [.. tensor["shape"]!.AsArray().Select(axis => (int)axis!)], file[(8 + length + offsets[0])..(8 + length + offsets[1])]));
        }

        return items;
    }
}
