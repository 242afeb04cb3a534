using System.Numerics;

namespace LstmLab;

/// <summary>Checks and lengths of sequences that go into layers.</summary>
internal static class SequenceInputs
{
    /// <summary>Throws unless an input is [T, B, I] with T of at least 1 and proper lengths.</summary>
    /// <param name="x">The input.</param>
    /// <param name="name">How the message calls it.</param>
    /// <param name="width">I; −1 for any.</param>
    /// <exception cref="ShapeException">It is something else.</exception>
    public static void Require<T>(Value<T> x, string name = "x", int width = -1) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        x.Data.Require(name, "[T, B, I]", -1, -1, width);
        Bptt<T>.RequireSequences(x.Data, x.Lengths);
    }

    /// <summary>The lengths that all inputs of a call have that have any; null when none has.</summary>
    /// <exception cref="ShapeException">Two inputs have different lengths.</exception>
    public static IReadOnlyList<int>? CommonLengths<T>(Call<T> call) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        IReadOnlyList<int>? common = null;
        for (int n = 0; n < call.Inputs.Count; n++)
        {
            if (call.Input(n).Lengths is not { } lengths) continue;
            common ??= lengths;
            if (!AreEqual(common, lengths))
            {
                throw new ShapeException(
                    $"All inputs of {call.Layer.Description} must have the same lengths, but input {n} has [{string.Join(", ", lengths)}] "
                    + $"and one before it [{string.Join(", ", common)}].");
            }
        }

        return common;
    }

    /// <summary>Throws unless attention is called with queries and keys, or queries, keys and values.</summary>
    /// <exception cref="ArgumentException">It is called with another number of inputs.</exception>
    public static void RequireAttended(string layer, int inputs)
    {
        if (inputs is not (2 or 3))
            throw new ArgumentException(
                $"{layer} takes queries, keys and, unless they are the keys, values, but was called with {inputs} inputs.");
    }

    private static bool AreEqual(IReadOnlyList<int> a, IReadOnlyList<int> b)
    {
        if (ReferenceEquals(a, b)) return true;
        if (a.Count != b.Count) return false;
        for (int n = 0; n < a.Count; n++)
            if (a[n] != b[n]) return false;
        return true;
    }
}

/// <summary>Room for the lengths of a batch's sequences; a batch size that was met before allocates nothing.</summary>
internal sealed class LengthsCache
{
    private readonly Dictionary<int, int[]> _arrays = [];

    /// <summary>An array of that many lengths; they are whatever was left in it.</summary>
    public int[] Of(int batch)
    {
        if (!_arrays.TryGetValue(batch, out int[]? lengths)) _arrays.Add(batch, lengths = new int[batch]);
        return lengths;
    }
}
