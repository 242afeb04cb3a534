using System.Numerics;

namespace LstmLab;

/// <summary>A vector that a step computed, by its name in the equations.</summary>
public sealed record NamedVector<T>(string Name, T[] Values);

/// <summary>Everything one step of a cell computed, kept for the backward pass and for looking at.</summary>
public abstract class Step<T> where T : struct, INumberBase<T>
{
    /// <summary>Makes a record of zeros for a cell.</summary>
    private protected Step(Cell<T> cell)
    {
        (X, HPrev, CPrev) = (new T[cell.InputSize], new T[cell.OutputSize], new T[cell.CellSize]);
        (H, C) = (new T[cell.OutputSize], new T[cell.CellSize]);
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

    /// <summary>What the step computed, by name, in the order of the equations.</summary>
    public abstract IReadOnlyList<NamedVector<T>> Quantities { get; }

    /// <summary>Copies the inputs of the step.</summary>
    /// <exception cref="ShapeException">A length disagrees with the cell.</exception>
    internal void Load(ReadOnlySpan<T> x, ReadOnlySpan<T> hPrev, ReadOnlySpan<T> cPrev)
    {
        Copy(x, X, "x", "I");
        Copy(hPrev, HPrev, "hPrev", "R");
        Copy(cPrev, CPrev, "cPrev", "H");
    }

    private static void Copy(ReadOnlySpan<T> from, T[] to, string name, string axis)
    {
        if (from.Length != to.Length) throw new ShapeException($"'{name}' must hold [{axis}] = {to.Length} values, but holds {from.Length}.");
        from.CopyTo(to);
    }
}

/// <summary>The gradients of one step: what came in, and what the backward pass made of it.</summary>
public sealed class StepGradient<T> where T : struct, INumberBase<T>
{
    private readonly Cell<T> _cell;

    /// <summary>Makes a record of zeros for a cell.</summary>
    public StepGradient(Cell<T> cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        _cell = cell;
        (DH, DC) = (new T[cell.OutputSize], new T[cell.CellSize]);
        (DX, DHPrev, DCPrev) = (new T[cell.InputSize], new T[cell.OutputSize], new T[cell.CellSize]);
        Dz = [.. cell.Gates.Select(_ => new T[cell.HiddenSize])];
    }

    /// <summary>∂L/∂h of this step in total: from the loss at this step and from all later steps, [R].</summary>
    public T[] DH { get; }

    /// <summary>∂L/∂c of this step, [H]: arrives holding the later steps' share, leaves in total.</summary>
    public T[] DC { get; }

    /// <summary>∂L/∂x, [I].</summary>
    public T[] DX { get; }

    /// <summary>∂L/∂hPrev, [R].</summary>
    public T[] DHPrev { get; }

    /// <summary>∂L/∂cPrev, [H].</summary>
    public T[] DCPrev { get; }

    /// <summary>∂L/∂z of each gate's pre-activation, in the cell's gate order, each [H].</summary>
    public IReadOnlyList<T[]> Dz { get; }

    /// <summary>∂L/∂z of one gate by its name.</summary>
    public T[] DzOf(string gate)
    {
        int index = _cell.Gates.ToList().IndexOf(gate);
        return index >= 0 ? Dz[index] : throw new ArgumentException($"The cell has no gate '{gate}'; it has {string.Join(", ", _cell.Gates)}.");
    }

    internal void ClearOutputs()
    {
        Array.Clear(DX);
        Array.Clear(DHPrev);
        Array.Clear(DCPrev);
    }
}
