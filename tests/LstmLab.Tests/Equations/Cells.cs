using System.Numerics;
using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Equations;

/// <summary>Every cell with random weights, and random sequences and states for them.</summary>
internal static class Cells
{
    public static TheoryData<string> Kinds => ["Standard", "Projected", "Document", "Original", "Peephole", "Gru", "Elman", "ResetBefore", "Variant", "LayerNorm", "Zoneout", "RecurrentDropout"];

    /// <summary>A cell of normal weights of a standard deviation.</summary>
    public static Cell<T> New<T>(string kind, int inputSize, int hiddenSize, ulong seed, double scale = 0.7) where T : struct, INumberBase<T> =>
        RandomWeights<T, Cell<T>>(Zero<T>(kind, inputSize, hiddenSize), seed, scale);

    public static TCell RandomWeights<T, TCell>(TCell cell, ulong seed, double scale = 0.7) where T : struct, INumberBase<T> where TCell : Cell<T>
    {
        foreach ((Parameter<T> parameter, int index) in cell.Parameters.Select((p, n) => (p, n)))
        {
            RandomStream random = new(seed, "weights", index);
            for (int n = 0; n < parameter.Values.Length; n++) parameter.Values[n] = T.CreateChecked(scale * random.NextNormal());
        }

        return cell;
    }

    public static Tensor<T> Random<T>(ulong seed, params int[] lengths) where T : struct, INumberBase<T>
    {
        RandomStream random = new(seed, "values");
        return Tensors.Fill(_ => T.CreateChecked(random.NextNormal()), lengths);
    }

    public static State<T> RandomState<T>(Cell<T> cell, int batch, ulong seed) where T : struct, INumberBase<T> =>
        new(Random<T>(seed, batch, cell.OutputSize), cell.HasCellState ? Random<T>(seed + 1, batch, cell.HiddenSize) : null);

    private static Cell<T> Zero<T>(string kind, int inputSize, int hiddenSize) where T : struct, INumberBase<T> => kind switch
    {
        "Standard" => new StandardCell<T>(inputSize, hiddenSize),
        "Projected" => new StandardCell<T>(inputSize, hiddenSize, hiddenSize - 1),
        "Document" => new DocumentCell<T>(inputSize, hiddenSize),
        "Original" => new OriginalCell<T>(inputSize, hiddenSize),
        "Peephole" => new PeepholeCell<T>(inputSize, hiddenSize),
        "Gru" => new GruCell<T>(inputSize, hiddenSize),
        "Elman" => new ElmanCell<T>(inputSize, hiddenSize),
        "ResetBefore" => new ResetBeforeGruCell<T>(inputSize, hiddenSize),
        "Variant" => new LstmVariantCell<T>(inputSize, hiddenSize, coupled: true, peepholes: true),
        "LayerNorm" => new LayerNormLstmCell<T>(inputSize, hiddenSize),
        "Zoneout" => new ZoneoutCell<T>(inputSize, hiddenSize, 0.4, 0.3),
        "RecurrentDropout" => new RecurrentDropoutCell<T>(inputSize, hiddenSize, 0.4),
        _ => throw new ArgumentException($"No cell is called {kind}."),
    };
}
