using System.Reflection;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Display;

/// <summary>
/// Decides how a value is shown. Formatting writes only what a type's own formatters describe: its defaults repeat a style sheet in every output,
/// expand tasks and stack traces, which differ from run to run, and lose the elements of arrays of tuples.
/// </summary>
internal static class DisplayRules
{
    /// <exception cref="ArgumentException">The value's own MIME bundle holds something that is neither text nor JSON.</exception>
    public static MimeBundle Format(object? value)
    {
        if (value is null || ValueText.IsScalar(value.GetType()))
        {
            return MimeBundle.PlainText(ValueText.Of(value));
        }

        if ((OwnBundle(value) ?? OwnFormatter(value)) is { } own)
        {
            return own;
        }

        if (FrameTable.TryCreate(value) is { } frame)
        {
            return MimeBundle.PlainText(frame.ToText()).Add("text/html", frame.ToHtml());
        }

        return !ValueText.PrintsItself(value.GetType()) && ValueTable.TryCreate(value) is { } table
            ? MimeBundle.PlainText(table.ToText()).Add("text/html", table.ToHtml())
            : MimeBundle.PlainText(ValueText.Of(value));
    }

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
}
