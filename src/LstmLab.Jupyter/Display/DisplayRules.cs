using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Display;

/// <summary>Decides how a value is shown. The rules apply from top to bottom, the README lists them.</summary>
internal static class DisplayRules
{
    private const int ArrayLimit = 20;

    /// <exception cref="ArgumentException">The value's own MIME bundle holds something that is neither text nor JSON.</exception>
    public static MimeBundle Format(object? value) => value switch
    {
        null => MimeBundle.PlainText("null"),
        string text => MimeBundle.PlainText(text),
        Exception exception => MimeBundle.PlainText($"{exception.GetType().FullName}: {exception.Message}"),
        Type type => MimeBundle.PlainText(type.ToDisplayString("text/plain")),
        _ when OwnBundle(value) is { } bundle => bundle,
        _ when OwnFormatter(value) is { } bundle => bundle,
        _ when IsScalar(value.GetType()) => MimeBundle.PlainText(Text(value)),
        Array { Rank: > 1 } array => MimeBundle.PlainText(NestedText(array)),
        _ when PrintsItself(value.GetType()) => MimeBundle.PlainText(value.ToString() ?? ""),
        _ => WithTable(value),
    };

    /// <summary>One line for a table's cell.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("O", CultureInfo.InvariantCulture),
        _ when IsScalar(value.GetType()) => value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value.ToString()!,
        string text => text,
        IEnumerable or System.Runtime.CompilerServices.ITuple => value.ToDisplayString("text/plain"),
        _ => value.ToString() ?? "",
    };

    public static bool IsScalar(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || Nullable.GetUnderlyingType(type) is not null
        || (type.Namespace is "System" or "System.Numerics" && type.IsValueType && typeof(IFormattable).IsAssignableFrom(type));

    /// <summary>By duck typing, so that a library needs no reference to the kernel.</summary>
    private static MimeBundle? OwnBundle(object value)
    {
        if (value.GetType().GetMethod("ToMimeBundle", BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes) is not { } method
            || !typeof(IEnumerable<KeyValuePair<string, object>>).IsAssignableFrom(method.ReturnType))
        {
            return null;
        }

        var pairs = (IEnumerable<KeyValuePair<string, object>>?)method.Invoke(value, null)
            ?? throw new ArgumentException($"{value.GetType().FullName}.ToMimeBundle() returned null.");
        return pairs.Aggregate(new MimeBundle(), (bundle, pair) => bundle.Add(pair.Key, pair.Value));
    }

    /// <summary>The attribute that .NET Interactive matches by its name; Formatting finds the formatters it leads to.</summary>
    private static MimeBundle? OwnFormatter(object value)
    {
        if (!value.GetType().GetCustomAttributes(inherit: true).Any(attribute => attribute.GetType().Name == "TypeFormatterSourceAttribute"))
        {
            return null;
        }

        return Formatter.GetPreferredMimeTypesFor(value.GetType()).Append("text/plain").Distinct()
            .Aggregate(new MimeBundle(), (bundle, mimeType) => bundle.Add(mimeType, value.ToDisplayString(mimeType)));
    }

    /// <summary>Classes and structs with a ToString of their own; the compiler's for records and anonymous types is no choice of the author.</summary>
    private static bool PrintsItself(Type type) =>
        type.GetMethod("ToString", Type.EmptyTypes) is { } method
        && method.DeclaringType != typeof(object) && method.DeclaringType != typeof(ValueType)
        && method.GetCustomAttribute<System.Runtime.CompilerServices.CompilerGeneratedAttribute>() is null
        && !type.Name.StartsWith("<>", StringComparison.Ordinal)
        && !typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(type);

    private static MimeBundle WithTable(object value)
    {
        var bundle = MimeBundle.PlainText(value is Task ? value.GetType().Name : ReadableText(value));
        return HtmlTable.TryFormat(value) is { } table ? bundle.Add("text/html", table) : bundle;
    }

    /// <summary>Formatting's text, without the name the compiler gives an anonymous type.</summary>
    private static string ReadableText(object value)
    {
        var text = value.ToDisplayString("text/plain");
        var firstLine = text.Split('\n')[0];
        return firstLine.StartsWith("<>", StringComparison.Ordinal)
            ? (firstLine.EndsWith("[]", StringComparison.Ordinal) ? "anonymous[]" : "anonymous") + text[firstLine.Length..]
            : text;
    }

    /// <summary>An array of several dimensions as nested brackets, one row a line, each dimension cut after 20 elements.</summary>
    private static string NestedText(Array array)
    {
        var indices = new int[array.Rank];
        return Level(0);

        string Level(int dimension)
        {
            if (dimension == array.Rank)
            {
                return Text(array.GetValue(indices));
            }

            var parts = new List<string>();
            var length = array.GetLength(dimension);
            for (var i = 0; i < Math.Min(length, ArrayLimit); i++)
            {
                indices[dimension] = array.GetLowerBound(dimension) + i;
                parts.Add(Level(dimension + 1));
            }

            if (length > ArrayLimit)
            {
                parts.Add($"... ({length - ArrayLimit} more)");
            }

            var separator = dimension == array.Rank - 1 ? ", " : ",\n" + new string(' ', dimension + 2);
            return $"[ {string.Join(separator, parts)} ]";
        }
    }
}
