using System.Numerics;

namespace LstmLab.Sequences;

/// <summary>
/// A recurrent language model: at each symbol of a text, the scores of the symbol that follows.
/// <code>
/// e_t = dropout(E[x_t]),  (y, h, c) = LSTM(e; h, c),  scores_t = W dropout(y_t) + b,  P(x_{t+1} = k | x_1 … x_t) = softmax(scores_t)_k
/// </code></summary>
/// <remarks>
/// <c>Forward(x)</c> reads symbols [T, B, 1] from states of zeros, or in training from those of the step before;
/// <c>Forward(x, h, c)</c> reads them from given states [L, B, H]. Either names the states after the last symbol <c>h</c> and <c>c</c>, so
/// that <see cref="ModuleSteps{T}"/> writes with it, and what the layers pass on at each symbol <c>e</c> and <c>y</c>. Recurrent
/// weights are drawn orthogonal, and the forget gates' biases begin at 1. T. Mikolov, M. Karafiát, L. Burget, J. Černocký, S. Khudanpur, "Recurrent neural network based language model", Interspeech 2010; dropout:
/// W. Zaremba, I. Sutskever, O. Vinyals, "Recurrent neural network regularization", 2014.
/// </remarks>
public sealed class LanguageModel<T> : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Embedding<T> symbols;
    private readonly Lstm<T> reader;
    private readonly Dropout<T> drop;
    private readonly Dense<T> answer;
    private readonly int _layers, _hiddenSize;

    /// <summary>A model with weights yet to be drawn.</summary>
    /// <param name="symbolCount">K, symbols of the vocabulary.</param>
    /// <param name="embeddingSize">Numbers that stand for a symbol.</param>
    /// <param name="hiddenSize">H, units of a layer.</param>
    /// <param name="layers">L, recurrent layers.</param>
    /// <param name="dropout">Probability of dropping a value before, between and after the recurrent layers in training.</param>
    /// <param name="seed">Fixes the initial weights.</param>
    public LanguageModel(int symbolCount, int embeddingSize, int hiddenSize, int layers = 1, double dropout = 0, ulong seed = 0)
        : base(seed)
    {
        (_layers, _hiddenSize) = (layers, hiddenSize);
        symbols = new(symbolCount, embeddingSize);
        reader = new(embeddingSize, hiddenSize, layers, dropout: layers > 1 ? dropout : 0)
        {
            Initializer = Initializer.Orthogonal.WithForgetBias(1),
            CarriesStates = true,
        };
        drop = new(dropout);
        answer = new(hiddenSize, symbolCount);
    }

    /// <summary>The recurrent layers.</summary>
    public Lstm<T> Reader => reader;

    /// <inheritdoc/>
    public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
    {
        if (inputs.Length is not (1 or 3))
            throw new ArgumentException(
                $"The inputs are the symbols, or symbols, h and c, but {inputs.Length} were given.", nameof(inputs));
        Value<T> x = drop.Forward(symbols.Forward(inputs[0])).Named("e");
        (Value<T> y, Value<T> h, Value<T>? c) =
            inputs.Length == 3 ? reader.ForwardWithStates(x, inputs[1], inputs[2]) : reader.ForwardWithStates(x, null);
        h.Named("h");
        c!.Named("c");
        return answer.Forward(drop.Forward(y.Named("y")));
    }

    /// <summary>States of zeros, h and c [L, B, H], from which a text begins.</summary>
    /// <param name="count">B.</param>
    public IReadOnlyList<Input<T>> States(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return [new(Tensors.Zeros<T>(_layers, count, _hiddenSize)), new(Tensors.Zeros<T>(_layers, count, _hiddenSize))];
    }

    /// <summary>ln P(x_{t+1} | x_1 … x_t) for t = 1 … N − 1: the whole text is read once, the states are carried from its beginning to its
    /// end.</summary>
    /// <param name="text">The numbers of its symbols, N.</param>
    /// <param name="window">Symbols a pass, which bounds the memory; it changes no bit.</param>
    /// <exception cref="ArgumentException">The text has fewer than two symbols.</exception>
    public double[] LogProbabilities(IReadOnlyList<int> text, int window = 500)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (text.Count < 2) throw new ArgumentException($"A text of {text.Count} symbols holds none that follows another.", nameof(text));
        _ = Parameters;      // draws weights that are not drawn yet
        Tape<T> tape = new();
        IReadOnlyList<Input<T>> states = States();
        double[] found = new double[text.Count - 1];
        for (int first = 0; first < found.Length; first += window)
        {
            int length = Math.Min(window, found.Length - first);
            tape.Begin(Pass.Predict);
            Value<T> x = tape.Input(Tensors.Fill((t, _, _) => T.CreateChecked(text[first + t]), length, 1, 1));
            T[] scores = Forward(x, tape.Input(states[0].Data), tape.Input(states[1].Data)).Data.ToArray();
            states = [new(tape["h"].Data.Copy()), new(tape["c"].Data.Copy())];
            int width = scores.Length / length;
            for (int t = 0; t < length; t++)
                found[first + t] = Probabilities.LogSoftmaxAt(scores.AsSpan(t * width, width), text[first + t + 1]);
        }

        return found;
    }
}
