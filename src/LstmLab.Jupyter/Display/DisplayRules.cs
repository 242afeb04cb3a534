using System.Reflection;
using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Display;

/// <summary>
/// Decides how a value is shown. Formatting writes only what a notebook has registered and what a type's own formatters
/// describe: its defaults repeat a style sheet in every output, expand tasks and stack traces, which differ from run to run,
/// and lose the elements of arrays of tuples.
/// </summary>
internal static class DisplayRules
{
    /// <exception cref="ArgumentException">The value's own MIME bundle holds something that is neither text nor JSON.</exception>
    public static MimeBundle Format(object? value)
    {
        if (value is not null && Registered(value) is { } registered)
        {
            return registered;
        }

        if (value is null || ValueText.IsScalar(value.GetType()))
        {
            return MimeBundle.PlainText(ValueText.Of(value));
        }

        if ((OwnBundle(value) ?? OwnFormatter(value) ?? Packages(value)) is { } own)
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

    /// <summary>Forgets what an earlier notebook of the process has registered.</summary>
    public static void Reset() => Formatter.ResetToDefault();

    /// <summary>What cells have registered for the value's type, a base type or an interface of it.</summary>
    private static MimeBundle? Registered(object value)
    {
        var mimeTypes = Formatter.RegisteredFormatters(includeDefaults: false)
            .Where(formatter => Covers(formatter.Type, value.GetType()))
            .Select(formatter => formatter.MimeType)
            .ToHashSet();
        return mimeTypes.Count == 0 ? null : Formatted(value, mimeTypes);
    }

    private static bool Covers(Type registered, Type type) => registered.IsAssignableFrom(type)
        || (registered.IsGenericTypeDefinition && type.IsGenericType && type.GetGenericTypeDefinition() == registered);

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
        var attributes = value.GetType().GetCustomAttributes(inherit: true);
        if (!attributes.Any(attribute => attribute.GetType().Name == "TypeFormatterSourceAttribute"))
        {
            return null;
        }

        return Formatted(value, Formatter.GetPreferredMimeTypesFor(value.GetType()));
    }

    /// <summary>HTML that a cell has built, and types of .NET Interactive, such as TeX and tables of variables.</summary>
    private static MimeBundle? Packages(object value) => value switch
    {
        IHtmlContent => new MimeBundle().Add("text/html", value.ToDisplayString("text/html")),
        _ when value.GetType().Assembly.GetName().Name!.StartsWith("Microsoft.DotNet.Interactive", StringComparison.Ordinal) =>
            Formatted(value, Formatter.GetPreferredMimeTypesFor(value.GetType())),
        _ => null,
    };

    private static MimeBundle Formatted(object value, IEnumerable<string> mimeTypes) => mimeTypes.Append("text/plain").Distinct()
        .Aggregate(new MimeBundle(), (bundle, mimeType) => bundle.Add(mimeType, StableIds.In(value.ToDisplayString(mimeType))));
}
