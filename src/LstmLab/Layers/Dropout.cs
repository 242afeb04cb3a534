using System.Globalization;
using System.Numerics;

namespace LstmLab;

/// <summary>
/// Inverted dropout: in training each value is set to 0 with the given probability and the others are divided by 1 − probability;
/// in prediction nothing happens. N. Srivastava et al., "Dropout…", JMLR 15, 2014.
/// <code>y = m ⊙ x,  dX = m ⊙ dY        m = 0 with probability p, else 1/(1 − p)</code></summary>
/// <remarks>Masks are drawn from streams keyed by the pass's seed and step, the layer's place in its model, and the number of the call:
/// layers and repeated calls never share one. Layers that are called by hand must be called on one tape, or with seeds of their
/// own.</remarks>
public sealed class Dropout<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes the layer.</summary>
    /// <param name="probability">Of an element being set to 0, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability lies outside [0, 1].</exception>
    public Dropout(double probability) => Probability = probability;

    /// <summary>Probability of an element being set to 0, in [0, 1]; may be changed at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability lies outside [0, 1].</exception>
    public double Probability
    {
        get;
        set => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "Dropout is the probability of an element being set to 0 and must lie in [0, 1].");
    }

    /// <inheritdoc/>
    public override string Description => string.Create(CultureInfo.InvariantCulture, $"Dropout({Probability})");

    /// <summary>Drops values in training; returns the input itself otherwise.</summary>
    public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs) =>
        inputs[0].Tape.Pass.Training && Probability > 0 ? base.Forward(inputs) : inputs[0];

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> x = call.Input();
        int stream = call.Tape.StreamOf(this), repeat = call.Repeat;
        Mask mask = call.State(() => new Mask());
        mask.Values.Forward(x.Data, call.OutputLike(x), Probability, call.Pass, mask.PurposeOf(stream, repeat));
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.InputGradient() is { } dX) call.State(() => new Mask()).Values.Backward(call.OutputGradient()!, dX);
    }

    private sealed class Mask
    {
        private (int Stream, int Repeat) _of = (-1, -1);
        private string _purpose = "";

        public DropoutMask<T> Values { get; } = new();

        public string PurposeOf(int stream, int repeat)
        {
            if (_of == (stream, repeat)) return _purpose;
            _of = (stream, repeat);
            return _purpose = DropoutStream.Purpose(stream, repeat);
        }
    }
}

/// <summary>The names of dropout's random streams.</summary>
internal static class DropoutStream
{
    /// <summary>The stream of a place in the model and of a repeated call of it.</summary>
    public static string Purpose(int stream, int repeat) => repeat == 0 ? $"dropout {stream}" : $"dropout {stream}, call {repeat}";
}
