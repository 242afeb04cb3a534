using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A linear map of the last axis: <c>y = W x + b</c>, the same at every step and for every sequence.</summary>
/// <remarks>PyTorch's Linear: weight [O, I], bias [O], both drawn from U(−1/√I, 1/√I).</remarks>
public sealed class Dense<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T> _weight;
    private readonly Linear<T> _linear;
    private readonly Buffer<T> _y = new(), _dX = new();
    private Tensor<T>? _x;

    /// <summary>A map of zero weights.</summary>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public Dense(int inputSize, int outputSize, bool bias = true)
    {
        if (inputSize < 1 || outputSize < 1) throw new ShapeException($"inputSize and outputSize must be greater than zero, but are {inputSize} and {outputSize}.");
        _weight = new("weight", ParameterRole.Input, outputSize, inputSize);
        Parameter<T>? added = bias ? new("bias", ParameterRole.Bias, outputSize) : null;
        _linear = Linear<T>.Of(_weight, added);
        Parameters = added is null ? [_weight] : [_weight, added];
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
        _linear.Forward(x, y);
        return y;
    }

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        if (_x is null) throw new InvalidOperationException("Call Forward before Backward.");
        if (_x.Rank == 2) dY.Require("dY", "[B, O]", _x.Length(0), _weight.Rows);
        else dY.Require("dY", "[T, B, O]", _x.Length(0), _x.Length(1), _weight.Rows);
        Tensor<T> dX = _dX.Like(_x);
        _linear.Backward(_x, dY, InputGradient ? dX : null);
        return dX;
    }

    private protected override int FanOf(Parameter<T> parameter) => _weight.Columns;
}
