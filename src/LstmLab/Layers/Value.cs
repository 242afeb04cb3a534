using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>What flows from layer to layer in one forward pass: numbers, the length of each sequence, and after the backward pass their
/// gradient.</summary>
/// <remarks>It belongs to the <see cref="Tape{T}"/> that recorded it and is overwritten by the tape's next forward pass.</remarks>
public sealed class Value<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorCache<T> _gradients = new();
    private Tensor<T>? _data;

    internal Value(Tape<T> tape) => Tape = tape;

    /// <summary>The numbers; sequences are [T, B, I], single rows [B, I].</summary>
    public Tensor<T> Data => _data ?? throw new InvalidOperationException("The layer that makes this value has not set it.");

    /// <summary>Length of each sequence, [B]; null when all are T long, or when the value is no sequence.</summary>
    public IReadOnlyList<int>? Lengths { get; private set; }

    /// <summary>∂L/∂<see cref="Data"/> of the last backward pass; null when none was wanted, or when the loss does not depend on the
    /// value.</summary>
    public Tensor<T>? Gradient { get; private set; }

    /// <summary>Whether the backward pass computes <see cref="Gradient"/>: the value depends on something that is learned, or its
    /// gradient was asked for.</summary>
    public bool NeedsGradient { get; internal set; }

    /// <summary>A name by which the value can be found and exported; null for none.</summary>
    public string? Name { get; private set; }

    /// <summary>Where the value was recorded.</summary>
    public Tape<T> Tape { get; }

    /// <summary>How many calls of this pass read the value.</summary>
    internal int Uses { get; set; }

    /// <summary>Gives the value a name: <see cref="Tape{T}.this[string]"/> finds it, and an exported graph has it as an output.</summary>
    /// <returns>The value itself.</returns>
    public Value<T> Named(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        return this;
    }

    internal void Set(Tensor<T> data, IReadOnlyList<int>? lengths)
    {
        _data = data;
        Lengths = lengths;
    }

    internal void Forget()
    {
        _data = null;
        Lengths = null;
        Name = null;
        Uses = 0;
        Gradient = null;
    }

    internal void ClearGradient() => Gradient = null;

    /// <summary>Makes room for the gradient, which the first layer that sends one overwrites, or adds to if it is cleared.</summary>
    internal Tensor<T> BeginGradient(bool cleared = false)
    {
        Gradient = _gradients.Like(Data);
        if (cleared) Gradient.Flat().Clear();
        return Gradient;
    }

    /// <summary>Takes a gradient from outside the tape: by reference where no layer will add to it, as a copy otherwise.</summary>
    internal void Seed(Tensor<T> gradient)
    {
        if (Uses == 0 && Gradient is null)
        {
            Gradient = gradient;
            return;
        }

        Tensor<T>? before = Gradient;
        Tensor<T> own = before ?? BeginGradient();
        if (before is null) gradient.Flat().CopyTo(own.Flat());
        else TensorPrimitives.Add(own.Flat(), gradient.Flat(), own.Flat());
    }
}
