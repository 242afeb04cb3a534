using System.Numerics;

namespace LstmLab;

/// <summary>A linear map of the last axis: <c>y = W x + b</c>, the same at every step and for every sequence.
/// <code>dX = Wᵀ dY,  dW += Σ dY xᵀ,  db += Σ dY</code></summary>
/// <remarks>PyTorch's Linear: weight [O, I], bias [O], both drawn from U(−1/√I, 1/√I).</remarks>
public sealed class Dense<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T> _weight;
    private readonly Linear<T> _linear;

    /// <summary>A map of zero weights.</summary>
    /// <param name="inputSize">I, features of the input.</param>
    /// <param name="outputSize">O, features of the output.</param>
    /// <param name="bias">Whether b is there.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public Dense(int inputSize, int outputSize, bool bias = true)
        : this(
            new Parameter<T>(
                "weight", ParameterRole.Input, Guard.Size(outputSize, nameof(outputSize)), Guard.Size(inputSize, nameof(inputSize))),
            bias)
    {
    }

    /// <summary>A map that shares its weights with an embedding: <c>y = E x + b</c> scores every class by the row that stands for
    /// it.</summary>
    /// <param name="tied">The embedding, whose table E is [classes, size]; training moves it through both layers.</param>
    /// <param name="bias">Whether b is there.</param>
    /// <remarks>O. Press, L. Wolf, "Using the output embedding to improve language models", EACL 2017.</remarks>
    public Dense(Embedding<T> tied, bool bias = true) : this((tied ?? throw new ArgumentNullException(nameof(tied))).Table, bias)
    {
    }

    private Dense(Parameter<T> weight, bool bias)
    {
        _weight = weight;
        Parameter<T>? added = bias ? new("bias", ParameterRole.Bias, weight.Rows) : null;
        _linear = Linear<T>.Of(weight, added);
        Parameters = added is null ? [weight] : [weight, added];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override string Description => $"Dense({_weight.Columns} → {_weight.Rows})";

    /// <inheritdoc/>
    public override int? InputWidth => _weight.Columns;

    /// <inheritdoc/>
    public override int? OutputWidth(int? inputWidth) => _weight.Rows;

    /// <summary>x is [B, I] or [T, B, I]; the result has O in place of I.</summary>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> x = call.Input();
        if (x.Data.Rank == 2) x.Data.Require("x", "[B, I]", -1, _weight.Columns);
        else x.Data.Require("x", "[T, B, I]", -1, -1, _weight.Columns);
        _linear.Forward(x.Data, call.OutputLike(x, _weight.Rows));
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        _linear.Backward(call.Input().Data, call.OutputGradient()!, call.InputGradient());
    }

    /// <inheritdoc/>
    protected override int FanOf(Parameter<T> parameter) => _weight.Columns;
}
