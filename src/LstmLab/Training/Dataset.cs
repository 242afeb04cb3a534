using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LstmLab;

/// <summary>Inputs with their targets: N samples side by side on the batch axis.</summary>
/// <param name="X">Inputs, [T, N, I].</param>
/// <param name="Y">Targets, [T, N, O] for a model that answers at every step, [N, O] for one that answers once.</param>
/// <param name="Lengths">Length of each sequence; null when all are T long.</param>
public sealed record Dataset<T>(Tensor<T> X, Tensor<T> Y, IReadOnlyList<int>? Lengths = null) where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>N.</summary>
    public int Count => X.Length(1);

    /// <summary>SHA-256 of all numbers and lengths, in hexadecimal: whether a model was trained on these very data.</summary>
    public string Sha256()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(X.Flat()));
        hash.AppendData(MemoryMarshal.AsBytes(Y.Flat()));
        if (Lengths is not null) hash.AppendData(MemoryMarshal.AsBytes<int>(Lengths.ToArray()));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Throws unless X and Y belong together and hold numbers.</summary>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    /// <exception cref="ArgumentException">A value is NaN or infinite; the message says where.</exception>
    internal Dataset<T> Require(string name)
    {
        X.Require($"{name}.X", "[T, N, I]", -1, -1, -1);
        if (Y.Rank == 2) Y.Require($"{name}.Y", "[N, O]", Count, -1);
        else Y.Require($"{name}.Y", "[T, N, O]", -1, Count, -1);
        if (Count == 0) throw new ShapeException($"{name}.X holds no samples: N is 0.");
        if (Lengths is not null && Lengths.Count != Count) throw new ShapeException($"{name}.Lengths must hold one length a sample, [N] = {Count}, but holds {Lengths.Count}.");
        RequireNumbers(X, $"{name}.X");
        RequireNumbers(Y, $"{name}.Y");
        return this;
    }

    private static void RequireNumbers(Tensor<T> tensor, string name)
    {
        ReadOnlySpan<T> values = tensor.Flat();
        for (int n = 0; n < values.Length; n++)
        {
            if (T.IsFinite(values[n])) continue;
            List<int> at = [];
            for (int axis = tensor.Rank - 1, rest = n; axis >= 0; rest /= tensor.Length(axis), axis--) at.Insert(0, rest % tensor.Length(axis));
            throw new ArgumentException($"{name}[{string.Join(", ", at)}] is {values[n]}; every value must be a finite number: clean or impute the data first.");
        }
    }
}
