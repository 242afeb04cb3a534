namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>Properties in the order they were given, for Plotly.NET's dynamic objects.</summary>
internal sealed class Settings
{
    private readonly List<(string Name, object Value)> values = [];

    public object? this[string name]
    {
        set
        {
            if (value is not null)
                values.Add((name, value));
        }
    }

    /// <summary>These settings, then the others.</summary>
    public Settings With(Settings others)
    {
        values.AddRange(others.values);
        return this;
    }

    /// <summary>Sets the properties of one of Plotly.NET's objects.</summary>
    public T On<T>(T target)
        where T : DynamicObj.DynamicObj
    {
        foreach (var (name, value) in values)
            target.SetProperty(name, value);
        return target;
    }

    public DynamicObj.DynamicObj Object() => On(new DynamicObj.DynamicObj());
}
