using System.Numerics;

namespace LstmLab;

/// <summary>The gradients of one step: what came in, and what the backward pass made of it.</summary>
public class StepGradient<T> where T : struct, INumberBase<T>
{
    private readonly Cell<T> _cell;
    private readonly List<NamedVector<T>> _vectors = [];

    /// <summary>Makes a record of zeros for a cell.</summary>
    public StepGradient(Cell<T> cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        _cell = cell;
        DH = new T[cell.OutputSize];
        DC = new T[cell.CellSize];
        DX = new T[cell.InputSize];
        DHPrev = new T[cell.OutputSize];
        DCPrev = new T[cell.CellSize];
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

    /// <summary>∂L/∂ of another vector of the step, [H], by any name the cell likes: made at its first use, zeros after
    /// <see cref="ClearOutputs"/>.</summary>
    public T[] this[string name]
    {
        get
        {
            foreach (NamedVector<T> vector in _vectors)
                if (vector.Name == name) return vector.Values;
            _vectors.Add(new(name, new T[_cell.HiddenSize]));
            return _vectors[^1].Values;
        }
    }

    /// <summary>∂L/∂z of one gate by its name.</summary>
    /// <exception cref="ArgumentException">The cell has no such gate.</exception>
    public T[] DzOf(string gate)
    {
        int index = _cell.Gates.ToList().IndexOf(gate);
        if (index >= 0) return Dz[index];
        throw new ArgumentException($"The cell has no gate '{gate}'; it has {string.Join(", ", _cell.Gates)}.");
    }

    /// <summary>Sets DX, DHPrev, DCPrev and the named vectors to zero, so that products can be added to them: the first line of a
    /// backward pass.</summary>
    public void ClearOutputs()
    {
        Array.Clear(DX);
        Array.Clear(DHPrev);
        Array.Clear(DCPrev);
        foreach (NamedVector<T> vector in _vectors) Array.Clear(vector.Values);
    }
}
