using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Numerics;

namespace LstmLab.Layers;

/// <summary>A linear map of the last axis: <c>y = W x + b</c>, the same at every step and for every sequence.</summary>
/// <remarks>PyTorch's Linear: weight [O, I], bias [O], both drawn from U(−1/√I, 1/√I).</remarks>
public sealed class Dense<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T> _weight, _bias;
    private readonly bool _hasBias;
    private readonly Buffer<T> _y = new(), _dX = new();
    private Tensor<T>? _x;

    /// <summary>A map of zero weights.</summary>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public Dense(int inputSize, int outputSize, bool bias = true)
    {
        if (inputSize < 1 || outputSize < 1) throw new ShapeException($"inputSize and outputSize must be greater than zero, but are {inputSize} and {outputSize}.");
        _weight = new("weight", ParameterRole.Input, outputSize, inputSize);
        _bias = new("bias", ParameterRole.Bias, outputSize);
        _hasBias = bias;
        Parameters = bias ? [_weight, _bias] : [_weight];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    /// <remarks>x is [B, I] or [T, B, I]; the result has O in place of I.</remarks>
    public override Tensor<T> Forward(Tensor<T> x, Pass pass)
    {
        if (x.Rank == 2) x.Require("x", "[B, I]", -1, _weight.Columns);
        else x.Require("x", "[T, B, I]", -1, -1, _weight.Columns);
        _x = x;
        Tensor<T> y = _y.Like(x, _weight.Rows);
        ReadOnlySpan<T> input = x.Flat();
        Span<T> output = y.Flat();
        int size = _weight.Columns;
        for (int row = 0, n = 0; row < input.Length; row += size)
        {
            for (int o = 0; o < _weight.Rows; o++, n++)
            {
                T sum = _bias.Values[o];
                for (int j = 0; j < size; j++) sum = T.FusedMultiplyAdd(_weight.Values[(o * size) + j], input[row + j], sum);
                output[n] = sum;
            }
        }

        return y;
    }

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        if (_x is null) throw new InvalidOperationException("Call Forward before Backward.");
        if (_x.Rank == 2) dY.Require("dY", "[B, O]", _x.Length(0), _weight.Rows);
        else dY.Require("dY", "[T, B, O]", _x.Length(0), _x.Length(1), _weight.Rows);
        Tensor<T> dX = _dX.Like(_x);
        dX.Flat().Clear();
        ReadOnlySpan<T> input = _x.Flat(), dOutput = dY.Flat();
        Span<T> dInput = dX.Flat();
        int size = _weight.Columns;
        for (int row = 0, n = 0; row < input.Length; row += size)
        {
            for (int o = 0; o < _weight.Rows; o++, n++)
            {
                if (_hasBias) _bias.Gradient[o] += dOutput[n];
                for (int j = 0; j < size; j++)
                {
                    ref T dWeight = ref _weight.Gradient[(o * size) + j];
                    dWeight = T.FusedMultiplyAdd(dOutput[n], input[row + j], dWeight);
                    dInput[row + j] = T.FusedMultiplyAdd(_weight.Values[(o * size) + j], dOutput[n], dInput[row + j]);
                }
            }
        }

        return dX;
    }

    private protected override int FanOf(Parameter<T> parameter) => _weight.Columns;
}
