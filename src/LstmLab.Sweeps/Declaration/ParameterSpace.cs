using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LstmLab.Sweeps;

/// <summary>The trials of a grid, of a list and of a random search.</summary>
internal static class ParameterSpace
{
    /// <summary>The parameters of all trials of a declaration, in its order.</summary>
    /// <exception cref="JsonException">The declaration is something else.</exception>
    public static IEnumerable<JsonElement> All(JsonElement root)
    {
        IEnumerable<JsonElement> grid = root.TryGetProperty("grid", out JsonElement axes) ? Grid(axes) : [];
        IEnumerable<JsonElement> list = root.TryGetProperty("list", out JsonElement trials) ? trials.EnumerateArray() : [];
        IEnumerable<JsonElement> random = root.TryGetProperty("random", out JsonElement search) ? Random(search) : [];
        return grid.Concat(list).Concat(random);
    }

    // The last axis changes first.
    private static IEnumerable<JsonElement> Grid(JsonElement axes)
    {
        (string Name, JsonElement[] Values)[] all = [.. axes.EnumerateObject().Select(axis => (axis.Name, Choices(axis.Name, axis.Value)))];
        long count = all.Aggregate(1L, (product, axis) => checked(product * axis.Values.Length));
        for (long n = 0; n < count; n++)
        {
            (string, string)[] chosen = new (string, string)[all.Length];
            long rest = n;
            for (int axis = all.Length - 1; axis >= 0; axis--)
            {
                JsonElement[] values = all[axis].Values;
                chosen[axis] = (all[axis].Name, values[rest % values.Length].GetRawText());
                rest /= values.Length;
            }

            yield return Object(chosen);
        }
    }

    private static IEnumerable<JsonElement> Random(JsonElement search)
    {
        int trials = search.GetProperty("trials").GetInt32();
        if (trials < 1) throw new JsonException($"'random' must have at least 1 trial, but has {trials}.");
        long seed = search.TryGetProperty("seed", out JsonElement given) ? given.GetInt64() : 0;
        JsonProperty[] parameters = [.. search.GetProperty("parameters").EnumerateObject()];
        for (int n = 0; n < trials; n++)
        {
            int trial = n;
            yield return Object([.. parameters.Select(range => (range.Name, Draw(range, Uniform(seed, trial, range.Name))))]);
        }
    }

    private static string Draw(JsonProperty range, double uniform)
    {
        if (range.Value.ValueKind == JsonValueKind.Array)
        {
            JsonElement[] choices = Choices(range.Name, range.Value);
            return choices[(int)(uniform * choices.Length)].GetRawText();
        }

        double from = range.Value.GetProperty("from").GetDouble(), to = range.Value.GetProperty("to").GetDouble();
        bool integers = range.Value.TryGetProperty("integers", out JsonElement whole) && whole.GetBoolean();
        string scale = range.Value.TryGetProperty("scale", out JsonElement named) ? named.GetString()! : "linear";
        if (!(from < to))
            throw new JsonException($"'{range.Name}' must go from a smaller to a larger number, but goes from {from} to {to}.");
        if (scale == "log" && from <= 0)
            throw new JsonException($"'{range.Name}' is on a logarithmic scale and must be above 0, but begins at {from}.");
        if (scale is not ("linear" or "log"))
            throw new JsonException($"The scale of '{range.Name}' must be linear or log, but is {scale}.");
        double last = integers ? to + 1 : to;
        double value = scale == "log" ? from * Math.Pow(last / from, uniform) : from + (uniform * (last - from));
        // Six digits: powers may differ in the last bit from one machine to another.
        return integers ? CanonicalJson.Text(Math.Min(Math.Floor(Rounded(value)), to)) : CanonicalJson.Text(Rounded(value));
    }

    private static double Rounded(double value) =>
        double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    // A number in [0, 1) that depends on the search's seed, the trial's number and the parameter's name: the first 53 bits of a SHA-256.
    private static double Uniform(long seed, int trial, string name)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}/{trial}/{name}")));
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * Math.ScaleB(1, -53);
    }

    private static JsonElement[] Choices(string name, JsonElement values)
    {
        JsonElement[] all = values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray()] : [];
        return all.Length > 0 ? all
            : throw new JsonException($"'{name}' must be a list of at least one value, but is {values.GetRawText()}.");
    }

    private static JsonElement Object(IEnumerable<(string Name, string Json)> properties)
    {
        string text = string.Join(',', properties.Select(property => $"{JsonSerializer.Serialize(property.Name)}:{property.Json}"));
        using JsonDocument document = JsonDocument.Parse($"{{{text}}}");
        return document.RootElement.Clone();
    }
}
