using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Tests.Backpropagation;

/// <summary>What the tests of passes through time take apart and put together.</summary>
internal static class Passes
{
    /// <summary>The gradients of all parameters, one after the other.</summary>
    public static T[] Gradients<T>(Cell<T> cell) where T : struct, INumberBase<T> => [.. cell.Parameters.SelectMany(p => p.Gradient)];

    public static void ClearGradients<T>(Cell<T> cell) where T : struct, INumberBase<T>
    {
        foreach (Parameter<T> parameter in cell.Parameters) Array.Clear(parameter.Gradient);
    }

    /// <summary>The gradients of one backward pass alone, with those of x and of the initial state behind them.</summary>
    public static T[] Backward<T>(Bptt<T> bptt, Tensor<T> dOutputs, State<T>? dFinal = null) where T : struct, INumberBase<T>
    {
        ClearGradients(bptt.Cell);
        bptt.Backward(dOutputs, dFinal);
        return All(bptt);
    }

    public static T[] All<T>(Bptt<T> bptt) where T : struct, INumberBase<T> =>
        [.. Gradients(bptt.Cell), .. bptt.DX.ToArray(), .. bptt.DInitial.H.ToArray(), .. bptt.DInitial.C?.ToArray() ?? []];

    public static T[] Values<T>(State<T> state) where T : struct, INumberBase<T> => [.. state.H.ToArray(), .. state.C?.ToArray() ?? []];

    /// <summary>Steps first … end − 1 of one sequence, or of all.</summary>
    public static Tensor<T> Part<T>(Tensor<T> sequences, int first, int end, int? sequence = null) where T : struct, INumberBase<T>
    {
        (int batch, int width) = ((int)sequences.Lengths[1], (int)sequences.Lengths[2]);
        T[][] rows = [.. sequences.ToArray().Chunk(width)];
        int[] wanted = sequence is null ? [.. Enumerable.Range(0, batch)] : [sequence.Value];
        T[] values = [.. from t in Enumerable.Range(first, end - first) from b in wanted from value in rows[(t * batch) + b] select value];
        return Tensors.Of(values, end - first, wanted.Length, width);
    }

    /// <summary>Row b of a state, as a batch of one.</summary>
    public static State<T> Row<T>(State<T> state, int b) where T : struct, INumberBase<T>
    {
        return new(Row(state.H), state.C is null ? null : Row(state.C));

        Tensor<T> Row(Tensor<T> tensor) => Tensors.Of(tensor.ToArray().Chunk((int)tensor.Lengths[1]).ElementAt(b), 1, (int)tensor.Lengths[1]);
    }

    /// <summary>The largest difference, relative to the largest of the expected values.</summary>
    public static double Difference(IEnumerable<double> expected, IEnumerable<double> found) =>
        expected.Zip(found, (e, f) => Math.Abs(e - f)).Max() / expected.Max(Math.Abs);
}
