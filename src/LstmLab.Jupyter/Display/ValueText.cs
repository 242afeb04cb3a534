using System.Collections;
using System.Globalization;
using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Display;

/// <summary>Values as text that depends on the value alone: no culture, no hash, no compiler's name.</summary>
internal static class ValueText
{
    /// <summary>Elements of a sequence, or of one dimension, that are shown.</summary>
    public const int ElementLimit = 20;

    private const int DepthLimit = 4;

    public static bool IsScalar(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal)
        || (type.Namespace is "System" or "System.Numerics" && type.IsValueType && typeof(IFormattable).IsAssignableFrom(type));

    /// <summary>Types with a ToString of their own; the compiler's for records and anonymous types is no choice of the author.</summary>
    public static bool PrintsItself(Type type) =>
        type.GetMethod("ToString", Type.EmptyTypes) is { } method
        && method.DeclaringType != typeof(object) && method.DeclaringType != typeof(ValueType)
        && method.GetCustomAttribute<CompilerGeneratedAttribute>() is null
        && !type.Name.StartsWith("<>", StringComparison.Ordinal) && !typeof(ITuple).IsAssignableFrom(type);

    public static string Name(Type type) => type.ToDisplayString("text/plain");

    public static string Of(object? value) => Of(value, 0);

    private static string Of(object? value, int depth) => value switch
    {
        null => "null",
        string text => text,
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("O", CultureInfo.InvariantCulture),
        _ when IsScalar(value.GetType()) && value is IFormattable scalar => scalar.ToString(null, CultureInfo.InvariantCulture),
        Exception exception => $"{exception.GetType().FullName}: {exception.Message}",
        Type type => Name(type),
        Delegate or Task => Name(value.GetType()),
        IReadOnlyTensor tensor => depth == 0 ? $"shape {Shape(tensor)}\n{Nested(tensor)}" : $"shape {Shape(tensor)}",
        Array { Rank: > 1 } array => Nested(array),
        _ when PrintsItself(value.GetType()) => value.ToString() ?? "",
        ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Of(tuple[i], depth + 1)))})",
        IEnumerable when depth == DepthLimit => "[ ... ]",
        IEnumerable sequence => Sequence(sequence, depth),
        _ when value.ToString() is { } text && text != value.GetType().ToString() => text,
        _ => value.GetType().Name,
    };

    private static string Sequence(IEnumerable sequence, int depth)
    {
        var items = sequence.Cast<object?>().Take(ElementLimit + 1).ToList();
        var isNested = items.Exists(item => item is IEnumerable and not string);
        var parts = items.Take(ElementLimit).Select(item => Of(item, depth + 1)).ToList();
        if (items.Count > ElementLimit)
        {
            parts.Add(sequence is ICollection { Count: var count } ? $"... ({count - ElementLimit} more)" : "...");
        }

        return parts.Count == 0 ? "[ ]" : Brackets(parts, isNested ? depth + 1 : null);
    }

    private static string Shape(IReadOnlyTensor tensor) => $"[{string.Join(", ", tensor.Lengths.ToArray())}]";

    private static string Nested(IReadOnlyTensor tensor) => Nested([.. tensor.Lengths.ToArray().Select(length => (int)length)], indices =>
        tensor[Array.ConvertAll(indices, index => (nint)index)]);

    private static string Nested(Array array) => Nested(
        [.. Enumerable.Range(0, array.Rank).Select(array.GetLength)],
        indices => array.GetValue([.. indices.Select((index, dimension) => index + array.GetLowerBound(dimension))]));

    /// <summary>Nested brackets, one line for each run of the last dimension.</summary>
    private static string Nested(int[] lengths, Func<int[], object?> element)
    {
        var indices = new int[lengths.Length];
        return Level(0);

        string Level(int dimension)
        {
            if (dimension == lengths.Length)
            {
                return Of(element(indices), 1);
            }

            var parts = new List<string>();
            for (var i = 0; i < Math.Min(lengths[dimension], ElementLimit); i++)
            {
                indices[dimension] = i;
                parts.Add(Level(dimension + 1));
            }

            if (lengths[dimension] > ElementLimit)
            {
                parts.Add($"... ({lengths[dimension] - ElementLimit} more)");
            }

            return Brackets(parts, dimension == lengths.Length - 1 ? null : dimension + 1);
        }
    }

    /// <summary>On one line, or with a level each element on its own, indented by the brackets open so far.</summary>
    private static string Brackets(IEnumerable<string> parts, int? level) =>
        $"[ {string.Join(level is { } open ? ",\n" + new string(' ', 2 * open) : ", ", parts)} ]";
}
