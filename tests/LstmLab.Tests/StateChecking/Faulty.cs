using System.Numerics.Tensors;

namespace LstmLab.Tests.StateChecking;

/// <summary>Recurrent layers with states as arguments, and faults planted in them and in the code around them.</summary>
internal static class Faulty
{
    /// <summary>A layer by its kind, its weights drawn.</summary>
    public static Recurrent<double> Layer(string kind)
    {
        Recurrent<double> layer = kind switch
        {
            "LSTM" => new Lstm<double>(2, 3),
            "GRU" => new Gru<double>(2, 3),
            "two layers" => new Lstm<double>(2, 3, layers: 2),
            "projection" => new Lstm<double>(2, 4, projectionSize: 3),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
        layer.Initialize(5);
        return layer;
    }

    /// <summary>The layer with its states as arguments.</summary>
    public static StatefulModel<double> Model(Recurrent<double> layer) => (x, states) =>
    {
        Tensor<double> y = layer.Forward(x, Pass.Predict, new(states[0], states.Count > 1 ? states[1] : null)).Copy();
        State<double> final = layer.Final.Copy();
        return (y, final.C is null ? [final.H] : [final.H, final.C]);
    };

    /// <summary>States before the first step: zeros, or normal numbers.</summary>
    public static Tensor<double>[] Initial(Recurrent<double> layer, int batch, bool zeros)
    {
        layer.Forward(Tensors.Zeros<double>(1, batch, 2), Pass.Predict);
        State<double> final = layer.Final;
        Tensor<double>[] shapes = final.C is null ? [final.H] : [final.H, final.C];
        RandomStream random = new(3, "initial");
        return [.. shapes.Select(shape => Tensors.Fill(_ => zeros ? 0 : random.NextNormal(), [.. shape.Lengths.ToArray().Select(n => (int)n)]))];
    }

    /// <summary>A model whose returned states are others than it computes.</summary>
    public static StatefulModel<double> Returning(
        StatefulModel<double> model, Func<Tensor<double>, Tensor<double>, IReadOnlyList<Tensor<double>>, IReadOnlyList<Tensor<double>>, Tensor<double>[]> change) =>
        (x, states) =>
        {
            (Tensor<double> y, IReadOnlyList<Tensor<double>> after) = model(x, states);
            return (y, change(x, y, states, after));
        };

    /// <summary>Code that runs a model chunk after chunk.</summary>
    /// <param name="model">The model, right in itself.</param>
    /// <param name="initial">The states at which a stream begins.</param>
    /// <param name="carry">From the call's x, the states that entered it, its y, its states, and the states after the call before it, to
    /// what enters the next.</param>
    public static Func<Func<Tensor<double>, Tensor<double>>> Stream(
        StatefulModel<double> model, IReadOnlyList<Tensor<double>> initial, Carry carry) => () =>
    {
        IReadOnlyList<Tensor<double>> states = initial, last = initial;
        return x =>
        {
            (Tensor<double> y, IReadOnlyList<Tensor<double>> after) = model(x, states);
            states = carry(x, states, y, after, last);
            last = after;
            return y;
        };
    };

    /// <summary>Steps [from, to).</summary>
    public static Tensor<double> Steps(Tensor<double> x, int from, int to)
    {
        int row = (int)(x.Lengths[1] * x.Lengths[2]);
        return Tensors.Of(x.ToArray()[(from * row)..(to * row)], to - from, (int)x.Lengths[1], (int)x.Lengths[2]);
    }

    /// <summary>The values in another shape.</summary>
    public static Tensor<double> Like(Tensor<double> shape, IEnumerable<double> values) => Tensor.Create([.. values], shape.Lengths);
}

/// <summary>What enters the next call.</summary>
internal delegate IReadOnlyList<Tensor<double>> Carry(
    Tensor<double> x, IReadOnlyList<Tensor<double>> before, Tensor<double> y, IReadOnlyList<Tensor<double>> after, IReadOnlyList<Tensor<double>> last);
