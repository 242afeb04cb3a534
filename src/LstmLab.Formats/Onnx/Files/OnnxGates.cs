namespace LstmLab.Formats;

/// <summary>The one place where gate blocks change their order. A table holds, for each block of ONNX, the number of ours.</summary>
internal static class OnnxGates
{
    /// <summary>ONNX has i, o, f, c where this library has i, f, g, o.</summary>
    public static readonly int[] Lstm = [0, 3, 1, 2];

    /// <summary>ONNX has p_i, p_o, p_f where this library has p_i, p_f, p_o.</summary>
    public static readonly int[] Peepholes = [0, 2, 1];

    /// <summary>ONNX has z, r, h where this library has r, z, n.</summary>
    public static readonly int[] Gru = [1, 0, 2];

    /// <summary>A simple recurrent network has one block.</summary>
    public static readonly int[] Rnn = [0];

    /// <summary>The activation functions of one direction that an operator has when its node names none.</summary>
    public static Activation[] StandardFunctions(string @operator) => @operator switch
    {
        "LSTM" => [Activation.Sigmoid, Activation.Tanh, Activation.Tanh],
        "GRU" => [Activation.Sigmoid, Activation.Tanh],
        _ => [Activation.Tanh],
    };

    /// <summary>Row blocks of ours in ONNX's order.</summary>
    public static T[] ToOnnx<T>(ReadOnlySpan<T> blocks, int[] order)
    {
        T[] sorted = new T[blocks.Length];
        int size = blocks.Length / order.Length;
        for (int n = 0; n < order.Length; n++) blocks.Slice(order[n] * size, size).CopyTo(sorted.AsSpan(n * size));
        return sorted;
    }

    /// <summary>Row blocks of ONNX in our order.</summary>
    public static T[] FromOnnx<T>(ReadOnlySpan<T> blocks, int[] order)
    {
        T[] sorted = new T[blocks.Length];
        int size = blocks.Length / order.Length;
        for (int n = 0; n < order.Length; n++) blocks.Slice(n * size, size).CopyTo(sorted.AsSpan(order[n] * size));
        return sorted;
    }
}
