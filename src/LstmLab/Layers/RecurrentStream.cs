using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A recurrent layer at work step by step, as data arrives: the state is carried on, and the weights were laid out once, when
/// <see cref="Recurrent{T}.Stream"/> was called.</summary>
/// <remarks>The bits are those of one long forward pass without dropout. A step allocates nothing. Training the layer changes nothing
/// here: make a new stream afterwards.</remarks>
public sealed class RecurrentStream<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Recurrence<T>[] _layers;
    private readonly Tensor<T>[] _outputs;
    private readonly int _inputs, _batch;

    internal RecurrentStream(int inputs, int outputs, int batch, Recurrence<T>[] layers)
    {
        (_inputs, _batch, _layers) = (inputs, batch, layers);
        _outputs = [.. layers.Select(_ => Tensors.Zeros<T>(batch, outputs))];
    }

    /// <summary>The next step.</summary>
    /// <param name="x">Inputs, [B, I].</param>
    /// <returns>Outputs of the last layer, [B, R]; overwritten by the next step.</returns>
    /// <exception cref="ShapeException">The shape disagrees.</exception>
    public Tensor<T> Step(Tensor<T> x)
    {
        x.Require("x", "[B, I]", _batch, _inputs);
        for (int layer = 0; layer < _layers.Length; layer++) _layers[layer].Step(layer == 0 ? x : _outputs[layer - 1], _outputs[layer]);
        return _outputs[^1];
    }
}
