using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace LstmLab.Sweeps;

/// <summary>One experiment of a sweep: parameters, and all that follows from them.</summary>
/// <remarks>The name and the seed follow from the SHA-256 of the parameters, so they are the same wherever and whenever the trial runs, and
/// whatever other trials the sweep has.</remarks>
public sealed class Trial
{
    /// <summary>A trial of given parameters.</summary>
    /// <param name="parameters">A JSON object.</param>
    /// <exception cref="JsonException">It is no object, a key stands twice, or a number is beyond double.</exception>
    public Trial(JsonElement parameters)
    {
        if (parameters.ValueKind != JsonValueKind.Object)
            throw new JsonException(
                $"The parameters of a trial must be an object such as {{\"units\": 2}}, but are {parameters.GetRawText()}.");
        byte[] canonical = CanonicalJson.Write(parameters), hash = SHA256.HashData(canonical);
        using JsonDocument copy = JsonDocument.Parse(canonical);
        Parameters = copy.RootElement.Clone();
        Id = Convert.ToHexStringLower(hash.AsSpan(0, 8));
        // 53 bits: a number that every program reads exactly, also one whose numbers are all doubles.
        Seed = (long)(BinaryPrimitives.ReadUInt64BigEndian(hash.AsSpan(8)) >> 11);
    }

    /// <summary>The name: 16 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The seed, from 0 to 2⁵³ − 1.</summary>
    public long Seed { get; }

    /// <summary>The parameters, keys in ordinal order.</summary>
    public JsonElement Parameters { get; }

    /// <summary>A parameter that is a number.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    /// <exception cref="InvalidOperationException">It is no number.</exception>
    public double Number(string name) => Find(name, JsonValueKind.Number, "a number").GetDouble();

    /// <summary>A parameter that is an integer.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    /// <exception cref="InvalidOperationException">It is no integer that fits into 32 bits.</exception>
    public int WholeNumber(string name)
    {
        JsonElement value = Find(name, JsonValueKind.Number, "an integer");
        return value.TryGetInt32(out int integer) ? integer
            : throw new InvalidOperationException($"The parameter '{name}' must be an integer, but is {value.GetRawText()}.");
    }

    /// <summary>A parameter that is a text.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    /// <exception cref="InvalidOperationException">It is no text.</exception>
    public string Text(string name) => Find(name, JsonValueKind.String, "a text").GetString()!;

    private JsonElement Find(string name, JsonValueKind kind, string expected)
    {
        if (!Parameters.TryGetProperty(name, out JsonElement value))
            throw new KeyNotFoundException(
                $"The trial has no parameter '{name}'; it has {string.Join(", ", Parameters.EnumerateObject().Select(one => one.Name))}.");
        return value.ValueKind == kind ? value
            : throw new InvalidOperationException($"The parameter '{name}' must be {expected}, but is {value.GetRawText()}.");
    }
}
