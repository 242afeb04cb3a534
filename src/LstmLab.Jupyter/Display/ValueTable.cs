using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace LstmLab.Jupyter.Display;

/// <summary>Records, other objects with public members, dictionaries, and sequences of them as one table.</summary>
internal sealed record ValueTable(IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows, string? More)
{
    private const int RowLimit = 20;

    /// <summary>Null where text alone says it better: sequences of scalars, a tuple, objects without public members.</summary>
    public static ValueTable? TryCreate(object value) => value switch
    {
        Task or Delegate or ITuple => null,
        IDictionary { Count: > 0 } dictionary => Create(["key", "value"], Entries(dictionary), dictionary.Count),
        IEnumerable sequence => Sequence(sequence),
        _ => Members(value.GetType()) is { Length: > 0 } members
            ? Create(["member", "value"], members.Select(member => new object?[] { member.Name, Read(member, value) }), members.Length)
            : null,
    };

    /// <summary>A plain table without styles or identifiers.</summary>
    public string ToHtml()
    {
        var rows = Rows.Select(row => $"<tr>{string.Concat(row.Select(text => $"<td>{Html.Encode(text)}</td>"))}</tr>\n");
        var more = More is null ? "" : $"<tr><td colspan=\"{Head.Count}\">{More}</td></tr>\n";
        var head = string.Concat(Head.Select(name => $"<th>{Html.Encode(name)}</th>"));
        return $"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{string.Concat(rows)}{more}</tbody>\n</table>";
    }

    /// <summary>Aligned columns; a text of several lines is put on one.</summary>
    public string ToText() => TextTable.Write(Head, Rows) + (More is null ? "" : "\n" + More);

    private static IEnumerable<object?[]> Entries(IDictionary dictionary)
    {
        // Only its own enumerator yields entries for every dictionary.
        var entries = dictionary.GetEnumerator();
        while (entries.MoveNext())
        {
            yield return [entries.Key, entries.Value];
        }
    }

    private static ValueTable? Sequence(IEnumerable sequence)
    {
        var items = sequence.Cast<object?>().Take(RowLimit + 1).ToArray();
        var type = items.FirstOrDefault()?.GetType();
        if (type is null || ValueText.IsScalar(type) || ValueText.PrintsItself(type) || typeof(IEnumerable).IsAssignableFrom(type)
            || items.Any(item => item?.GetType() != type) || Members(type) is not { Length: > 0 } members)
        {
            return null;
        }

        return Create(
            [.. members.Select(member => member.Name)],
            items.Select(item => members.Select(member => Read(member, item!)).ToArray()),
            sequence is ICollection collection ? collection.Count : null);
    }

    private static ValueTable Create(IReadOnlyList<string> head, IEnumerable<object?[]> rows, int? count)
    {
        var texts = rows.Take(RowLimit + 1).Select(row => row.Select(ValueText.Of).ToArray()).ToArray();
        var more = texts.Length <= RowLimit ? null : count is null ? "more rows" : $"{count - RowLimit} more rows";
        return new ValueTable(head, texts[..Math.Min(texts.Length, RowLimit)], more);
    }

    private static MemberInfo[] Members(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRefLike),
        .. type.GetFields(BindingFlags.Public | BindingFlags.Instance),
    ];

    private static object? Read(MemberInfo member, object instance)
    {
        try
        {
            return member is PropertyInfo property ? property.GetValue(instance) : ((FieldInfo)member).GetValue(instance);
        }
        catch (TargetInvocationException exception)
        {
            return exception.InnerException;
        }
    }
}
