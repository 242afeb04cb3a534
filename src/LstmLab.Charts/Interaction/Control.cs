namespace LstmLab.Charts;

/// <summary>What a reader moves in an interactive figure: it has a name, values by their labels, and the value it starts with.</summary>
/// <example><code>
/// Figure.Interactive(at => Draw(biases[at[0]], unit: at[1]),
///     Control.Slider(("forget bias", "遗忘门偏置"), [.. biases.Select(b => $"{b}")], start: 3),
///     Control.Picker(("unit", "隐藏单元"), ["0", "1", "2"]))
/// </code></example>
public sealed class Control
{
    private Control(ControlKind kind, Bilingual name, Texts values, int start)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(name.English, nameof(name));
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count < 2)
            throw new ArgumentException($"{kind} '{name}': at least two values are needed to choose from, but there are {values.Count}.");
        if (start < 0 || start >= values.Count)
        {
            throw new ArgumentException(
                $"{kind} '{name}': its start must be an index of its {values.Count} values, 0 to {values.Count - 1}, but is {start}.");
        }

        (Kind, Name, Values, Start) = (kind, name, values, start);
    }

    internal ControlKind Kind { get; }

    internal Bilingual Name { get; }

    internal Texts Values { get; }

    internal int Start { get; }

    /// <summary>A slider, for values in order.</summary>
    /// <param name="name">What is chosen, with its unit.</param>
    /// <param name="values">Labels of the values; <c>at</c> holds the index of the one chosen.</param>
    /// <param name="start">Index of the value it starts with.</param>
    /// <exception cref="ArgumentException">There are fewer than two values, or the start is none of them.</exception>
    public static Control Slider(Bilingual name, Texts values, int start = 0) => new(ControlKind.Slider, name, values, start);

    /// <summary>A list to pick from, for values without an order.</summary>
    /// <inheritdoc cref="Slider"/>
    public static Control Picker(Bilingual name, Texts values, int start = 0) => new(ControlKind.Picker, name, values, start);

    /// <summary>A slider with a button that plays the values one after the other: an animation.</summary>
    /// <inheritdoc cref="Slider"/>
    public static Control Steps(Bilingual name, Texts values, int start = 0) => new(ControlKind.Steps, name, values, start);

    /// <summary>A slider that also follows the pointer: pointing at point k of the figure's first series chooses value k.</summary>
    /// <inheritdoc cref="Slider"/>
    public static Control Hover(Bilingual name, Texts values, int start = 0) => new(ControlKind.Hover, name, values, start);
}

/// <summary>How a value is chosen.</summary>
internal enum ControlKind
{
    Slider,
    Picker,
    Steps,
    Hover,
}
