namespace LstmLab.Sequences;

/// <summary>A model that writes a sequence one symbol after another: a language model, or the decoder of an encoder-decoder. Symbols are
/// numbered from 0 to K − 1.</summary>
/// <remarks>It keeps nothing between calls: all that it knows of the symbols written so far is in its states, which it never changes. So a
/// search may go on from the same states twice.</remarks>
/// <typeparam name="TState">The states of B sequences that are written side by side: for an LSTM h and c, for an encoder-decoder also what
/// the encoder read.</typeparam>
public interface IStepModel<TState>
{
    /// <summary>B, of how many sequences these are the states.</summary>
    int Count(TState states);

    /// <summary>One step of B sequences.</summary>
    /// <param name="states">What the model knows of each sequence before the step.</param>
    /// <param name="last">[B], the symbol each sequence was written to last; before the first step a start symbol.</param>
    /// <returns>ln P(symbol | all symbols before it), [B, K], and the states after the step, to which <paramref name="last"/> now
    /// belongs.</returns>
    (double[,] LogProbabilities, TState Next) Step(TState states, IReadOnlyList<int> last);

    /// <summary>The states of chosen sequences, in the order chosen; one may be chosen more than once, or not at all.</summary>
    /// <param name="states">States of B sequences.</param>
    /// <param name="sequences">Numbers from 0 to B − 1.</param>
    TState Select(TState states, IReadOnlyList<int> sequences);
}
