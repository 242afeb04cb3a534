using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LstmLab.Formats;

/// <summary>The layers of a model as JSON. Sizes are not in it: they are the tensors' shapes; a scale's fixed numbers are. Neither are initializers: the weights are drawn already.</summary>
internal static class Architecture
{
    private const int MostLayers = 1000;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        MaxDepth = 3,
    };

    /// <summary>The layers, e.g. <c>[{"layer":"Lstm","returnSequences":true},{"layer":"Dense"}]</c>.</summary>
    /// <exception cref="ArgumentException">A layer or cell is none of this library's.</exception>
    public static string Describe<T>(Module<T> model) where T : struct, IBinaryFloatingPointIeee754<T> => model is Model<T>
        ? JsonSerializer.Serialize(model.Layers.Select(Describe), Json)
        : $"{model.GetType().Name}: {string.Join(", ", model.NamedLayers.Select(named => $"{named.Path} {named.Layer.Description}"))}";

    /// <summary>Name of a layer in files: its class, or that of its cell.</summary>
    public static string NameOf<T>(Layer<T> layer) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        object named = layer is CellLayer<T> wrapped ? wrapped.Unrolled[0].Cell : layer;
        return named.GetType().Name.Split('`')[0];
    }

    /// <summary>Rebuilds a model from its description and the shapes of its tensors, its weights still to be assigned.</summary>
    /// <exception cref="ModelFileException">The description is none of ours, or the shapes do not fit it.</exception>
    public static Model<T> Build<T>(StateDict dict, string description) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        LayerText?[] texts;
        try
        {
            texts = JsonSerializer.Deserialize<LayerText?[]>(description, Json) ?? [];
        }
        catch (JsonException error)
        {
            throw new ModelFileException(dict.Path, "the description of its layers", "JSON objects of layers", error.Message, error);
        }

        if (texts.Length is 0 or > MostLayers) throw new ModelFileException(dict.Path, "the description of its layers", $"1 to {MostLayers} layers", $"{texts.Length}");
        return Chain(dict.Path, [.. texts.Select((text, n) => Layer<T>(new(dict, $"{n}"), text ?? new("null")))]);
    }

    /// <summary>A model of the layers that a file describes.</summary>
    /// <exception cref="ModelFileException">A layer takes another number of features than the one before it gives.</exception>
    public static Model<T> Chain<T>(string path, Layer<T>[] layers) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            return new Model<T>(layers);
        }
        catch (ShapeException error)
        {
            throw new ModelFileException(path, "its layers", "layers that fit one another", error.Message, error);
        }
    }

    /// <summary>One layer from its text and shapes.</summary>
    /// <exception cref="ModelFileException">The text names no layer of ours, or the shapes do not fit it.</exception>
    public static Layer<T> Layer<T>(LayerShapes shapes, LayerText text) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            return text.Layer switch
            {
                "Dropout" => new Dropout<T>(text.Dropout),
                "Scale" => new Scale<T>(Numbers<T>(text.Offset), Numbers<T>(text.Factor), text.Inverse),
                "Dense" => new Dense<T>(shapes.Of("weight")[1], shapes.Of("weight")[0], shapes.Has("bias")),
                "Embedding" => new Embedding<T>(shapes.Of("weight")[0], shapes.Of("weight")[1]),
                "Lstm" => Recurrent(shapes.Recurrent(4), (i, h, r, l, d) => new Lstm<T>(i, h, l, d, shapes.Has("bias_ih_l0"), text.Dropout, r, text.ReturnSequences)),
                "Gru" => Recurrent(shapes.Recurrent(3), (i, h, _, l, d) => new Gru<T>(i, h, l, d, shapes.Has("bias_ih_l0"), text.Dropout, text.ReturnSequences)),
                nameof(DocumentCell<>) => Cell(shapes.Recurrent(4), (i, h, _) => new DocumentCell<T>(i, h), text),
                nameof(StandardCell<>) => Cell(shapes.Recurrent(4), (i, h, r) => new StandardCell<T>(i, h, r, Biases(shapes)), text),
                nameof(PeepholeCell<>) => Cell(shapes.Recurrent(4), (i, h, _) => new PeepholeCell<T>(i, h), text),
                nameof(OriginalCell<>) => Cell(shapes.Recurrent(3), (i, h, _) => new OriginalCell<T>(i, h, text.Truncated), text),
                nameof(GruCell<>) => Cell(shapes.Recurrent(3), (i, h, _) => new GruCell<T>(i, h, Biases(shapes)), text),
                nameof(ResetBeforeGruCell<>) => Cell(shapes.Recurrent(3), (i, h, _) => new ResetBeforeGruCell<T>(i, h, Biases(shapes)), text),
                nameof(LayerNormLstmCell<>) => Cell(shapes.Recurrent(4), (i, h, _) => new LayerNormLstmCell<T>(i, h), text),
                nameof(RecurrentDropoutCell<>) => Cell(shapes.Recurrent(4), (i, h, _) => new RecurrentDropoutCell<T>(i, h, text.Dropout), text),
                nameof(ZoneoutCell<>) when text.Zoneout is [var ofCell, var ofHidden] =>
                    Cell(shapes.Recurrent(4), (i, h, _) => new ZoneoutCell<T>(i, h, ofCell, ofHidden), text),
                nameof(ElmanCell<>) => Cell(shapes.Recurrent(1), (i, h, _) => new ElmanCell<T>(i, h), text),
                _ => throw shapes.Bad("its layer", "a layer or cell of this library", $"'{text.Layer}'"),
            };
        }
        catch (ArgumentException error)
        {
            throw shapes.Bad($"its layer {text.Layer}", "sizes and options that make one", error.Message, error);
        }
    }

    private static Layer<T> Recurrent<T>(RecurrentSizes sizes, Func<int, int, int, int, bool, Recurrent<T>> make) where T : struct, IBinaryFloatingPointIeee754<T> =>
        make(sizes.I, sizes.H, sizes.Projection, sizes.Layers, sizes.Bidirectional);

    private static CellLayer<T> Cell<T>(RecurrentSizes sizes, Func<int, int, int, Cell<T>> make, LayerText text) where T : struct, IBinaryFloatingPointIeee754<T> =>
        new(make(sizes.I, sizes.H, sizes.Projection), text.ReturnSequences);

    private static int Biases(LayerShapes shapes) => shapes.Has("bias_hh_l0") ? 2 : shapes.Has("bias_ih_l0") ? 1 : 0;

    private static T[] Numbers<T>(double[]? values) where T : struct, INumberBase<T> => Array.ConvertAll(values ?? [], T.CreateChecked);

    private static LayerText Describe<T>(Layer<T> layer) where T : struct, IBinaryFloatingPointIeee754<T> => layer switch
    {
        Dropout<T> dropout => new(NameOf(layer), Dropout: dropout.Probability),
        Dense<T> or Embedding<T> => new(NameOf(layer)),
        Scale<T> scale => new(NameOf(layer), Offset: [.. scale.Offset.Select(double.CreateChecked)], Factor: [.. scale.Factor.Select(double.CreateChecked)], Inverse: scale.IsInverse),
        Lstm<T> or Gru<T> => new(NameOf(layer), ((Recurrent<T>)layer).ReturnSequences, ((Recurrent<T>)layer).Dropout),
        CellLayer<T> cell when CanHold(cell.Unrolled[0].Cell) => Describe(cell, cell.Unrolled[0].Cell),
        CellLayer<T> { Unrolled: [{ Cell: GruCell<T> or ResetBeforeGruCell<T> or ElmanCell<T> }] } =>
            throw new ArgumentException($"A file can hold {NameOf(layer)} with σ and tanh alone, but this one has another activation function."),
        _ => throw new ArgumentException($"A file can hold the layers and cells of this library, but not {NameOf(layer)}."),
    };

    private static bool CanHold<T>(Cell<T> cell) where T : struct, IBinaryFloatingPointIeee754<T> => cell is
        DocumentCell<T> or StandardCell<T> or PeepholeCell<T> or OriginalCell<T> or LayerNormLstmCell<T> or RecurrentDropoutCell<T> or ZoneoutCell<T>
        or GruCell<T> { IsPlain: true } or ResetBeforeGruCell<T> { IsPlain: true } or ElmanCell<T> { IsPlain: true };

    private static LayerText Describe<T>(CellLayer<T> layer, Cell<T> cell) where T : struct, IBinaryFloatingPointIeee754<T> => new(
        NameOf(layer), layer.ReturnSequences, cell is RecurrentDropoutCell<T> dropout ? dropout.Probability : 0, cell is OriginalCell<T> { Truncated: true },
        Zoneout: cell is ZoneoutCell<T> zoneout ? [zoneout.CellProbability, zoneout.HiddenProbability] : null);
}

/// <summary>What a file says of a layer beyond its shapes.</summary>
internal sealed record LayerText(
    string Layer, bool ReturnSequences = false, double Dropout = 0, bool Truncated = false, double[]? Offset = null, double[]? Factor = null, bool Inverse = false, double[]? Zoneout = null);
