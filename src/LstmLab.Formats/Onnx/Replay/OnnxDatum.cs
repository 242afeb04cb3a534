using System.Numerics;

namespace LstmLab.Formats;

/// <summary>A value while a graph runs: plain numbers, or numbers that were recorded on a tape and have a gradient.</summary>
internal sealed class OnnxDatum<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly OnnxArray? _array;

    /// <summary>Plain numbers.</summary>
    public OnnxDatum(OnnxArray array) => _array = array;

    /// <summary>Recorded numbers.</summary>
    /// <param name="flow">The value.</param>
    /// <param name="isScalar">Whether it has no axes: a tensor of this library has one then, of length 1.</param>
    public OnnxDatum(Value<T> flow, bool isScalar = false) => (Flow, IsScalar) = (flow, isScalar);

    private bool IsScalar { get; }

    /// <summary>The recorded value; null for plain numbers.</summary>
    public Value<T>? Flow { get; }

    /// <summary>The shape.</summary>
    public int[] Dims => _array?.Dims ?? (IsScalar ? [] : [.. Flow!.Data.Lengths.ToArray().Select(length => (int)length)]);

    /// <summary>What the numbers are, as a constant has it: recorded ones are floats.</summary>
    public int Kind => _array?.Kind ?? OnnxArray.Float;

    /// <summary>Whether the numbers are integers or truth values.</summary>
    public bool IsInteger => Kind != OnnxArray.Float;

    /// <summary>The numbers alone, without a gradient.</summary>
    public OnnxArray Numbers => _array ?? new(Dims, Array.ConvertAll(Flow!.Data.ToArray(), double.CreateChecked));
}
