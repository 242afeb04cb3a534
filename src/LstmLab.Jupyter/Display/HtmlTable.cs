using System.Collections;
using System.Reflection;
using System.Text;

namespace LstmLab.Jupyter.Display;

/// <summary>Records, anonymous objects, dictionaries and sequences of them as one plain table, without styles or identifiers.</summary>
internal static class HtmlTable
{
    private const int RowLimit = 20;

    /// <summary>Null where text alone says it better: sequences of scalars and objects without public properties.</summary>
    public static string? TryFormat(object value) => value switch
    {
        Task => null,
        IDictionary dictionary => Rows(["key", "value"], Entries(dictionary), dictionary.Count),
        IEnumerable sequence => Sequence(sequence),
        _ => Members(value.GetType()) is { Length: > 0 } members ? Rows(["member", "value"], members.Select(member => new[] { member.Name, Read(member, value) })) : null,
    };

    private static IEnumerable<object?[]> Entries(IDictionary dictionary)
    {
        // Only its own enumerator yields entries for every dictionary.
        var entries = dictionary.GetEnumerator();
        while (entries.MoveNext())
        {
            yield return [entries.Key, entries.Value];
        }
    }

    private static string? Sequence(IEnumerable sequence)
    {
        var items = sequence.Cast<object?>().Take(RowLimit + 1).ToArray();
        var type = items.OfType<object>().FirstOrDefault()?.GetType();
        if (type is null || DisplayRules.IsScalar(type) || typeof(IEnumerable).IsAssignableFrom(type)
            || items.Any(item => item?.GetType() != type) || Members(type) is not { Length: > 0 } members)
        {
            return null;
        }

        var count = sequence is ICollection collection ? collection.Count : items.Length;
        return Rows(members.Select(member => member.Name), items.Select(item => members.Select(member => Read(member, item!)).ToArray()), count);
    }

    private static MemberInfo[] Members(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanRead && property.GetIndexParameters().Length == 0),
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
            return $"{exception.InnerException!.GetType().Name}: {exception.InnerException.Message}";
        }
    }

    private static string Rows(IEnumerable<string> head, IEnumerable<object?[]> rows, int? count = null)
    {
        var html = new StringBuilder("<table>\n<thead><tr>");
        html.AppendJoin("", head.Select(name => $"<th>{Html.Encode(name)}</th>")).Append("</tr></thead>\n<tbody>\n");
        var written = 0;
        foreach (var row in rows)
        {
            if (written++ == RowLimit)
            {
                html.Append($"<tr><td colspan=\"{row.Length}\">{(count > RowLimit + 1 ? $"{count - RowLimit} more" : "more")} rows</td></tr>\n");
                break;
            }

            html.Append("<tr>").AppendJoin("", row.Select(value => $"<td>{Html.Encode(DisplayRules.Text(value))}</td>")).Append("</tr>\n");
        }

        return html.Append("</tbody>\n</table>").ToString();
    }
}
