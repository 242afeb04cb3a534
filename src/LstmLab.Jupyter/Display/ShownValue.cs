using System.Collections;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Display;

/// <summary>
/// A value with its forms by the rules of this project, as .NET Interactive's events carry forms: whoever listens to those
/// sees them, too.
/// </summary>
internal sealed class ShownValue(object? value) : IReadOnlyCollection<FormattedValue>
{
    public object? Value { get; } = value;

    public MimeBundle Data { get; } = DisplayRules.Format(value);

    public int Count => Data.Data.Count;

    public IEnumerator<FormattedValue> GetEnumerator() => Data.Data
        .Select(form => new FormattedValue(
            form.Key, MimeBundle.IsJson(form.Key) ? form.Value.ToJsonString() : form.Value.ToString()))
        .GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
