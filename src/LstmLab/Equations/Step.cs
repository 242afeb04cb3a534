using System.Numerics;

namespace LstmLab;

/// <summary>A vector that a step computed, by its name in the equations.</summary>
public sealed record NamedVector<T>(string Name, T[] Values);

/// <summary>Everything one step of a cell computed, kept for the backward pass and for looking at.</summary>
/// <remarks>
/// A cell names its vectors, <c>new Step&lt;T&gt;(this, "f", "n")</c>, and reads them, <c>step["f"]</c>; or it derives a record with a
/// property for each, <c>F = Vector("f")</c>. Either way they can be traced by name.
/// </remarks>
public class Step<T> where T : struct, INumberBase<T>
{
    private readonly List<NamedVector<T>> _vectors = [];
    private readonly int _size;

    /// <summary>Makes a record of zeros for a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="names">Its vectors, each [H], in the order of the equations; h and c are the states.</param>
    public Step(Cell<T> cell, params string[] names)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(names);
        _size = cell.HiddenSize;
        X = new T[cell.InputSize];
        HPrev = new T[cell.OutputSize];
        CPrev = new T[cell.CellSize];
        H = new T[cell.OutputSize];
        C = new T[cell.CellSize];
        foreach (string name in names) Vector(name);
    }

    /// <summary>Input, [I].</summary>
    public T[] X { get; }

    /// <summary>Hidden state of the step before, [R].</summary>
    public T[] HPrev { get; }

    /// <summary>Cell state of the step before, [H]; empty for a cell without one.</summary>
    public T[] CPrev { get; }

    /// <summary>Hidden state, [R].</summary>
    public T[] H { get; }

    /// <summary>Cell state, [H]; empty for a cell without one.</summary>
    public T[] C { get; }

    /// <summary>t, the step's time.</summary>
    public int Time { get; private set; }

    /// <summary>The step's sequence in its batch.</summary>
    public int Sequence { get; private set; }

    /// <summary>What the step computed, by name, in the order of the equations; the states c and h come last unless they were named
    /// before.</summary>
    public IReadOnlyList<NamedVector<T>> Quantities
    {
        get
        {
            if (C.Length > 0) Vector("c");
            Vector("h");
            return _vectors;
        }
    }

    /// <summary>A vector by its name.</summary>
    /// <exception cref="ArgumentException">The step has no such vector.</exception>
    public T[] this[string name] => Quantities[IndexOf(name)].Values;

    /// <summary>Declares a vector, [H], so that it is one of <see cref="Quantities"/>; h and c are the states, and a name used before is
    /// the same vector.</summary>
    protected T[] Vector(string name)
    {
        foreach (NamedVector<T> vector in _vectors)
            if (vector.Name == name) return vector.Values;
        T[] values = name == "h" ? H : name == "c" && C.Length > 0 ? C : new T[_size];
        _vectors.Add(new(name, values));
        return values;
    }

    /// <summary>The place of a vector in <see cref="Quantities"/>.</summary>
    /// <exception cref="ArgumentException">The step has no such vector.</exception>
    internal int IndexOf(string name)
    {
        for (int n = 0; n < Quantities.Count; n++)
            if (_vectors[n].Name == name) return n;
        string names = string.Join(", ", _vectors.Select(vector => vector.Name));
        throw new ArgumentException($"The cell has no quantity '{name}'; it has {names}.");
    }

    /// <summary>Copies the inputs of the step.</summary>
    /// <exception cref="ShapeException">A length disagrees with the cell.</exception>
    internal void Load(ReadOnlySpan<T> x, ReadOnlySpan<T> hPrev, ReadOnlySpan<T> cPrev, int time = 0, int sequence = 0)
    {
        Copy(x, X, "x", "I");
        Copy(hPrev, HPrev, "hPrev", "R");
        Copy(cPrev, CPrev, "cPrev", "H");
        Time = time;
        Sequence = sequence;
    }

    private static void Copy(ReadOnlySpan<T> from, T[] to, string name, string axis)
    {
        if (from.Length != to.Length)
            throw new ShapeException($"'{name}' must hold [{axis}] = {to.Length} values, but holds {from.Length}.");
        from.CopyTo(to);
    }
}
