using System.Numerics;

namespace LstmLab.Formats;

/// <summary>What a graph computes at one place: a step on top of what it computes below.</summary>
/// <param name="Below">Null for an input of the graph.</param>
/// <param name="Width">Length of the feature axis; −1 where the graph does not say it.</param>
internal abstract record OnnxLink(OnnxLink? Below, int Width)
{
    /// <summary>Number of steps up to here.</summary>
    public int Depth { get; } = 1 + (Below?.Depth ?? 0);

    /// <summary>The layers of a chain as a model with the weights of the file.</summary>
    public static Model<T> Build<T>(OnnxLink top) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Stack<OnnxLink> links = [];
        for (OnnxLink? link = top; link is not null; link = link.Below) links.Push(link);
        List<(Layer<T> Layer, Action<Layer<T>> Assign)> layers = [];
        while (links.TryPop(out OnnxLink? link))
        {
            if (link is OnnxScale scale) layers.Add((scale.Layer<T>(links), _ => { }));
            else if (link is not OnnxInput) layers.Add(link.Layer<T>());
        }

        // A model draws its weights when it is made.
        Model<T> model = new([.. layers.Select(layer => layer.Layer)]);
        foreach ((Layer<T> layer, Action<Layer<T>> assign) in layers) assign(layer);
        return model;
    }

    /// <summary>The step as a layer, and what overwrites its weights.</summary>
    protected virtual (Layer<T> Layer, Action<Layer<T>> Assign) Layer<T>() where T : struct, IBinaryFloatingPointIeee754<T> =>
        throw new InvalidOperationException("An input is no layer.");
}

/// <summary>An input of the graph.</summary>
internal sealed record OnnxInput(string Name, int Width) : OnnxLink(null, Width);

/// <summary>Rows of a table by indexes.</summary>
internal sealed record OnnxEmbedding(OnnxLink Indexes, OnnxArray Table) : OnnxLink(Indexes, Table.Dims[1])
{
    protected override (Layer<T> Layer, Action<Layer<T>> Assign) Layer<T>() =>
        (new Embedding<T>(Table.Dims[0], Table.Dims[1]), layer => layer.Parameters[0].Set(Table.To<T>()));
}

/// <summary>A linear map; the matrix is [O, I], or [I, O] when transposed.</summary>
internal sealed record OnnxDense(OnnxLink Input, OnnxArray Weight, bool IsTransposed, double[]? Bias)
    : OnnxLink(Input, Weight.Dims[IsTransposed ? 1 : 0])
{
    protected override (Layer<T> Layer, Action<Layer<T>> Assign) Layer<T>() =>
        (new Dense<T>(Weight.Dims[IsTransposed ? 0 : 1], Width, Bias is not null), Assign);

    private void Assign<T>(Layer<T> layer) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        T[] weight = Weight.To<T>();
        layer.Parameters[0].Set(IsTransposed ? Transposed(weight, Weight.Dims[1]) : weight);
        if (Bias is not null) layer.Parameters[1].Set(Array.ConvertAll(Bias, T.CreateChecked));
    }

    /// <summary>The transpose of a matrix with that many columns.</summary>
    public static T[] Transposed<T>(T[] matrix, int columns)
    {
        T[] transposed = new T[matrix.Length];
        int rows = matrix.Length / columns;
        for (int n = 0; n < matrix.Length; n++) transposed[(n % columns * rows) + (n / columns)] = matrix[n];
        return transposed;
    }
}

/// <summary>One operation with a number for each feature: Sub, Div, Mul or Add.</summary>
internal sealed record OnnxScale(OnnxLink Input, string Operator, double[] Numbers) : OnnxLink(Input, Numbers.Length)
{
    /// <summary>The layer of Sub and Div, or of Mul and Add, when the second of them comes next, and else of the one alone.</summary>
    public Scale<T> Layer<T>(Stack<OnnxLink> above) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        bool inverse = Operator is "Mul" or "Add", isFirst = Operator is "Sub" or "Mul";
        double[]? second = isFirst && above.TryPeek(out OnnxLink? next) && next is OnnxScale scale
            && scale.Operator == (inverse ? "Add" : "Div") ? ((OnnxScale)above.Pop()).Numbers : null;
        (double[]? offset, double[]? factor) = Operator is "Sub" or "Add" ? (Numbers, second) : (second, Numbers);
        return new(To<T>(offset, 0), To<T>(factor, 1), inverse);
    }

    private T[] To<T>(double[]? numbers, double otherwise) where T : struct, INumberBase<T> =>
        Array.ConvertAll(numbers ?? [.. Enumerable.Repeat(otherwise, Width)], T.CreateChecked);
}

/// <summary>A function of single numbers, or of the features of one row.</summary>
internal sealed record OnnxFunction(OnnxLink Input, string Operator) : OnnxLink(Input, Input.Width)
{
    protected override (Layer<T> Layer, Action<Layer<T>> Assign) Layer<T>() => (Make<T>(), _ => { });

    private Layer<T> Make<T>() where T : struct, IBinaryFloatingPointIeee754<T> => Operator switch
    {
        "Relu" => new Relu<T>(),
        "Tanh" => new Tanh<T>(),
        "Sigmoid" => new Sigmoid<T>(),
        "Softmax" => new Softmax<T>(),
        _ => new LogSoftmax<T>(),
    };
}

/// <summary>A recurrent operator: all its hidden states, or the final ones alone.</summary>
internal sealed record OnnxRecurrence(OnnxLink Input, OnnxRecurrent Node, bool ReturnSequences)
    : OnnxLink(Input, Node.Directions * Node.HiddenSize)
{
    protected override (Layer<T> Layer, Action<Layer<T>> Assign) Layer<T>() => Node.Layer<T>(ReturnSequences);
}
