using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LstmLab;

/// <summary>One input of a model with several: sequences [T, N, I] of their own length, rows [N, I], or states [L·D, N, R].</summary>
/// <param name="Data">The numbers; the samples stand on the last axis but one.</param>
/// <param name="Lengths">Length of each sequence; null when all are T long.</param>
public sealed record Input<T>(Tensor<T> Data, IReadOnlyList<int>? Lengths = null) where T : struct, IBinaryFloatingPointIeee754<T>;

/// <summary>Inputs with their targets: N samples side by side on the batch axis.</summary>
/// <param name="X">Inputs, [T, N, I].</param>
/// <param name="Y">Targets, [T, N, O] for a model that answers at every step, [N, O] for one that answers once.</param>
/// <param name="Lengths">Length of each sequence; null when all are T long.</param>
public sealed record Dataset<T>(Tensor<T> X, Tensor<T> Y, IReadOnlyList<int>? Lengths = null)
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Further inputs of a model that takes more than one, such as the target sequence of a decoder or initial states.</summary>
    public IReadOnlyList<Input<T>> More { get; init; } = [];

    /// <summary>How much each sample counts in the loss, [N], or each step of each sample, [T, N]; all alike when null.</summary>
    public Tensor<T>? Weights { get; init; }

    /// <summary>N.</summary>
    public int Count => X.Length(1);

    /// <summary>SHA-256 of all shapes, numbers and lengths, in hexadecimal: whether a model was trained on these very data.</summary>
    public string Sha256() => Hash(withShapes: true);

    /// <summary>The hash of the numbers and lengths alone, by which version 0.1.0 knew its data.</summary>
    internal string Sha256OfNumbers() => Hash(withShapes: false);

    private string Hash(bool withShapes)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, X, withShapes);
        Append(hash, Y, withShapes);
        if (Lengths is not null) hash.AppendData(MemoryMarshal.AsBytes<int>(Lengths.ToArray()));
        foreach (Input<T> input in More)
        {
            Append(hash, input.Data, withShapes);
            if (input.Lengths is not null) hash.AppendData(MemoryMarshal.AsBytes<int>(input.Lengths.ToArray()));
        }

        if (Weights is not null) Append(hash, Weights, withShapes);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Throws unless inputs and targets belong together and hold numbers.</summary>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    /// <exception cref="ArgumentException">A value is NaN or infinite; the message says where.</exception>
    internal Dataset<T> Require(string name)
    {
        X.Require($"{name}.X", "[T, N, I]", -1, -1, -1);
        if (Y.Rank < 3) Y.Require($"{name}.Y", "[N, O]", Count, -1);
        else Y.Require($"{name}.Y", "[T, N, O]", -1, Count, -1);
        if (Count == 0) throw new ShapeException($"{name}.X holds no samples: N is 0.");
        RequireLengths(Lengths, $"{name}.Lengths");
        RequireNumbers(X, $"{name}.X");
        RequireNumbers(Y, $"{name}.Y");
        foreach ((int n, Input<T> input) in More.Index())
        {
            if (input.Data.Rank == 2) input.Data.Require($"{name}.More[{n}]", "[N, I]", Count, -1);
            else input.Data.Require($"{name}.More[{n}]", "[T, N, I]", -1, Count, -1);
            RequireLengths(input.Lengths, $"{name}.More[{n}].Lengths");
            RequireNumbers(input.Data, $"{name}.More[{n}]");
        }

        if (Weights is { Rank: 1 }) Weights.Require($"{name}.Weights", "[N]", Count);
        else Weights?.Require($"{name}.Weights", "[T, N]", -1, Count);
        return this;
    }

    private void RequireLengths(IReadOnlyList<int>? lengths, string name)
    {
        if (lengths is not null && lengths.Count != Count)
            throw new ShapeException($"{name} must hold one length a sample, [N] = {Count}, but holds {lengths.Count}.");
    }

    private static void Append(IncrementalHash hash, Tensor<T> tensor, bool withShape)
    {
        if (withShape) hash.AppendData(MemoryMarshal.AsBytes<long>(Array.ConvertAll(tensor.Lengths.ToArray(), length => (long)length)));
        hash.AppendData(MemoryMarshal.AsBytes(tensor.Flat()));
    }

    private static void RequireNumbers(Tensor<T> tensor, string name)
    {
        ReadOnlySpan<T> values = tensor.Flat();
        for (int n = 0; n < values.Length; n++)
        {
            if (T.IsFinite(values[n])) continue;
            List<int> at = [];
            for (int axis = tensor.Rank - 1, rest = n; axis >= 0; rest /= tensor.Length(axis), axis--)
                at.Insert(0, rest % tensor.Length(axis));
            throw new ArgumentException(
                $"{name}[{string.Join(", ", at)}] is {values[n]}; every value must be a finite number: clean or impute the data first.");
        }
    }
}
