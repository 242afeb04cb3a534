namespace LstmLab.Charts.Display;

/// <summary>Tells .NET Interactive how to show a type; it stores every preferred MIME type. Its formatting library looks this attribute up
/// by name.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    public string[] PreferredMimeTypes { get; set; } = [];
}

/// <summary>What <see cref="HtmlFormatterSource"/> needs of a type to show it.</summary>
internal interface IHtmlDisplay
{
    string ToHtml();

    string ToPlainText() => ToString()!;
}

/// <summary>A value that has a static picture, too.</summary>
internal interface ISvgDisplay : IHtmlDisplay
{
    string ToSvg();
}

/// <summary>Makes the formatters .NET Interactive asks for, found by the name of the method.</summary>
internal sealed class HtmlFormatterSource
{
    private readonly TextFormatter[] formatters =
    [
        new("text/html", value => ((IHtmlDisplay)value).ToHtml()),
        new("image/svg+xml", value => (value as ISvgDisplay)?.ToSvg()),
        new("text/plain", value => ((IHtmlDisplay)value).ToPlainText()),
    ];

    public IEnumerable<object> CreateTypeFormatters() => formatters;
}

/// <summary>Writes a value as one MIME type, where it has it.</summary>
internal sealed class TextFormatter(string mimeType, Func<object, string?> text)
{
    public string MimeType { get; } = mimeType;

    public bool Format(object instance, TextWriter writer)
    {
        if (text(instance) is not { } written)
            return false;
        writer.Write(written);
        return true;
    }
}
