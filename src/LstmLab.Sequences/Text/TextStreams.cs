using System.Numerics;

namespace LstmLab.Sequences;

/// <summary>
/// A long text as B streams that are read side by side, in windows of T symbols, for training a model that predicts the next symbol and
/// carries its states from window to window (<see cref="Recurrent{T}.CarriesStates"/>).
/// <code>
/// L = ⌊(N − 1) / B⌋ symbols a stream,  ⌊L / T⌋ windows an epoch;  window n of an epoch:
/// X[t, b] = text[b·L + n·T + t],  Y[t, b] = text[b·L + n·T + t + 1]
/// </code></summary>
/// <remarks>What fills no window at the end of a stream is left out. A step's batch depends on the step alone.
/// <code>
/// TextStreams text = new(characters, streams: 32, window: 64);
/// model.Train(text.Batch&lt;float&gt;, text.StepsPerEpoch, new SoftmaxCrossEntropy(), new Adam(3e-3), epochs: 5);
/// </code></remarks>
public sealed class TextStreams
{
    private readonly int[] _text;
    private readonly int _length;

    /// <summary>Cuts a text.</summary>
    /// <param name="text">The numbers of its symbols, N.</param>
    /// <param name="streams">B.</param>
    /// <param name="window">T.</param>
    /// <exception cref="ArgumentException">The text is too short for a window of each stream.</exception>
    public TextStreams(IReadOnlyList<int> text, int streams, int window)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(streams, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        (_text, Streams, Window) = ([.. text], streams, window);
        _length = (_text.Length - 1) / streams;
        StepsPerEpoch = _length / window;
        if (StepsPerEpoch == 0)
        {
            throw new ArgumentException(
                $"{streams} streams of at least one window of {window} symbols need {(streams * window) + 1} symbols, but the text has "
                + $"{_text.Length}: use fewer streams or a shorter window.", nameof(text));
        }
    }

    /// <summary>B.</summary>
    public int Streams { get; }

    /// <summary>T.</summary>
    public int Window { get; }

    /// <summary>Windows of a stream.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>The batch of a step, counted from 0 over all epochs: symbols [T, B, 1] and the symbols that follow them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public Dataset<T> Batch<T>(int step) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        int first = step % StepsPerEpoch * Window;
        T At(int t, int b, int ahead) => T.CreateChecked(_text[(b * _length) + first + t + ahead]);
        return new(
            Tensors.Fill((t, b, _) => At(t, b, 0), Window, Streams, 1),
            Tensors.Fill((t, b, _) => At(t, b, 1), Window, Streams, 1));
    }
}
