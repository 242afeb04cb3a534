using System.Globalization;
using System.Numerics;

namespace LstmLab;

/// <summary>Normalizes each row of the last axis to mean 0 and variance 1, then scales and shifts each feature.
/// <code>
/// μ   = Σ_j x_j / I                  σ² = Σ_j (x_j − μ)² / I
/// x̂_j = (x_j − μ) / √(σ² + ε)        y_j = w_j x̂_j + b_j
/// dw += Σ dY ⊙ x̂,  db += Σ dY        g = dY ⊙ w
/// dX_j = (g_j − Σ_k g_k / I − x̂_j Σ_k g_k x̂_k / I) / √(σ² + ε)
/// </code></summary>
/// <remarks>PyTorch's LayerNorm over one axis: weight w [I] begins at 1, bias b [I] at 0, whatever the initializer. The input may have any
/// shape [.., I]; every row counts for itself. J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization", arXiv:1607.06450.</remarks>
public sealed class LayerNorm<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T> _weight, _bias;

    /// <summary>A layer that begins with scale 1 and offset 0.</summary>
    /// <param name="size">I, features of the input.</param>
    /// <param name="epsilon">ε, greater than 0, added to the variance.</param>
    /// <exception cref="ShapeException">The size is below 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is not a finite number above 0.</exception>
    public LayerNorm(int size, double epsilon = 1e-5)
    {
        Guard.Size(size, nameof(size));
        Epsilon = Guard.Positive(epsilon, nameof(epsilon));
        _weight = new("weight", ParameterRole.Gain, size);
        _bias = new("bias", ParameterRole.Shift, size);
        Parameters = [_weight, _bias];
        Array.Fill(_weight.Values, T.One);
    }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override string Description => string.Create(CultureInfo.InvariantCulture, $"LayerNorm({_weight.Rows})");

    /// <inheritdoc/>
    public override int? InputWidth => _weight.Rows;

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> x = call.Input();
        int size = _weight.Rows;
        if (x.Data.Length(x.Data.Rank - 1) != size)
            throw new ShapeException($"x must be [.., I] with I = {size}, but is {x.Data.Shape()}.");
        ReadOnlySpan<T> input = x.Data.Flat();
        Span<T> y = call.OutputLike(x).Flat();
        Span<T> normalized = call.Buffer(0, input.Length).Flat(), scales = call.Buffer(1, input.Length / size).Flat();
        T count = T.CreateTruncating(size), epsilon = T.CreateTruncating(Epsilon);
        for (int row = 0; row < scales.Length; row++)
        {
            ReadOnlySpan<T> from = input.Slice(row * size, size);
            T mean = T.Zero, variance = T.Zero;
            for (int j = 0; j < size; j++) mean += from[j];
            mean /= count;
            for (int j = 0; j < size; j++) variance = DeterministicMath.MultiplyAdd(from[j] - mean, from[j] - mean, variance);
            scales[row] = T.One / T.Sqrt((variance / count) + epsilon);
            for (int j = 0; j < size; j++)
            {
                T unit = (from[j] - mean) * scales[row];
                normalized[(row * size) + j] = unit;
                y[(row * size) + j] = DeterministicMath.MultiplyAdd(_weight.Values[j], unit, _bias.Values[j]);
            }
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        int size = _weight.Rows;
        ReadOnlySpan<T> gradients = call.OutputGradient()!.Flat();
        ReadOnlySpan<T> normalized = call.Buffer(0, gradients.Length).Flat(), scales = call.Buffer(1, gradients.Length / size).Flat();
        Span<T> dX = call.InputGradient() is { } wanted ? wanted.Flat() : [];
        T count = T.CreateTruncating(size);
        for (int row = 0; row < scales.Length; row++)
        {
            ReadOnlySpan<T> dY = gradients.Slice(row * size, size), unit = normalized.Slice(row * size, size);
            T sum = T.Zero, product = T.Zero;
            for (int j = 0; j < size; j++)
            {
                T g = dY[j] * _weight.Values[j];
                sum += g;
                product = DeterministicMath.MultiplyAdd(g, unit[j], product);
                _weight.Gradient[j] = DeterministicMath.MultiplyAdd(dY[j], unit[j], _weight.Gradient[j]);
                _bias.Gradient[j] += dY[j];
            }

            sum /= count;
            product /= count;
            for (int j = 0; j < size && !dX.IsEmpty; j++)
            {
                T centered = (dY[j] * _weight.Values[j]) - sum;
                dX[(row * size) + j] = DeterministicMath.MultiplyAdd(-unit[j], product, centered) * scales[row];
            }
        }
    }
}
