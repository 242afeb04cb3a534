using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Text.Json;
using LstmLab.Tests.House;

namespace LstmLab.Tests.Golden;

/// <summary>Numbers of a golden file: flat, row-major, with their shape.</summary>
internal sealed record GoldenTensor(double[] Values, int[] Shape)
{
    public T[] To<T>() where T : struct, INumberBase<T> => Array.ConvertAll(Values, T.CreateChecked);

    public Tensor<T> ToTensor<T>() where T : struct, INumberBase<T> => Tensors.Of(To<T>(), Shape);

    /// <summary>A matrix as rows.</summary>
    public T[][] ToRows<T>() where T : struct, INumberBase<T> => [.. To<T>().Chunk(Shape[1])];
}

/// <summary>Reads the JSON files of this folder.</summary>
internal static class GoldenFile
{
    public static JsonElement Load(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("tests", "LstmLab.Tests", "Golden", name)));
        return document.RootElement.Clone();
    }

    /// <summary>Nested lists of numbers, or of numbers as text, to flat values and their shape; null when absent.</summary>
    public static GoldenTensor? TensorOrNull(this JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out JsonElement list) || list.ValueKind == JsonValueKind.Null) return null;
        List<int> shape = [];
        for (JsonElement level = list; level.ValueKind == JsonValueKind.Array; level = level[0])
        {
            shape.Add(level.GetArrayLength());
            if (level.GetArrayLength() == 0) break;
        }

        return new([.. Flatten(list)], [.. shape]);
    }

    /// <inheritdoc cref="TensorOrNull"/>
    public static GoldenTensor Tensor(this JsonElement element, string name) =>
        element.TensorOrNull(name) ?? throw new InvalidDataException($"The golden file has no '{name}'.");

    private static IEnumerable<double> Flatten(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Flatten),
        JsonValueKind.String => [double.Parse(element.GetString()!, CultureInfo.InvariantCulture)],
        _ => [element.GetDouble()],
    };
}
