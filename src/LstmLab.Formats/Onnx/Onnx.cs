using System.Numerics;

namespace LstmLab.Formats;

/// <summary>Models as ONNX files, which other runtimes run, and ONNX files of others as models.</summary>
/// <remarks>
/// A file's sequences are time-major as ours, [T, B, I]; class indexes of an embedding are integers [T, B]. Its numbers are float,
/// whatever the model's: runtimes have no LSTM of double. Dropout is absent.
/// </remarks>
public static class Onnx
{
    /// <summary>Writes a model, whole or not at all: the graph of one forward pass, with every number of sequences, and of steps where no
    /// code counts them.</summary>
    /// <param name="model">What is written. It is run once on the examples; what its layers hold of earlier passes is neither read nor
    /// changed.</param>
    /// <param name="path">An older file is replaced.</param>
    /// <param name="options">Scaling within the graph, metadata, an older opset.</param>
    /// <param name="examples">A small input for each of the model's, with lengths where the graph shall take them. A chain of layers
    /// needs none.</param>
    /// <remarks>
    /// Inputs are named x, x1, x2, …, lengths "lengths", x1_lengths, …, the answer y; a value that the model's code calls
    /// <see cref="Value{T}.Named"/> has that name, and is an output beside the answer. A weight is written once, however often it is used.
    /// </remarks>
    /// <exception cref="ArgumentException">A layer has no counterpart among ONNX's operators; options do not fit the model; or examples
    /// are missing.</exception>
    /// <exception cref="IOException">The file could not be written; an older one is as it was.</exception>
    public static void Save<T>(Module<T> model, string path, OnnxOptions? options = null, IReadOnlyList<Input<T>>? examples = null)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelProto file = OnnxWriter<T>.Write(model, options ?? new(), examples);
        AtomicFile.Write(path, stream => Google.Protobuf.MessageExtensions.WriteTo(file, stream));
    }

    /// <summary>Reads a model: a file of ours, or a graph of others.</summary>
    /// <param name="path">The file; weights may lie in files beside it.</param>
    /// <returns>A <see cref="Model{T}"/> where the graph is a chain of layers, and an <see cref="OnnxModel{T}"/> else, which replays the
    /// graph's nodes.</returns>
    /// <remarks>
    /// Each recurrent node becomes a layer: <see cref="Lstm{T}"/> or <see cref="Gru{T}"/>, else a <see cref="CellLayer{T}"/>
    /// or <see cref="OnnxLayer{T}"/> of <see cref="LstmVariantCell{T}"/>, <see cref="ResetBeforeGruCell{T}"/> and other cells. Whatever
    /// the graph's order of axes, the model takes [T, B, I].
    /// Inputs of the graph for lengths and initial states are arguments of Predict and of Recurrent.Forward.
    /// </remarks>
    /// <exception cref="ModelFileException">The file is damaged, or holds what this library does not run; the message lists all of
    /// it.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static Module<T> Load<T>(string path) where T : struct, IBinaryFloatingPointIeee754<T> => Read<T>(new OnnxFile(path));

    /// <summary>The recurrent nodes of any ONNX file, also of one that cannot be opened whole: in the branches of If too, and in
    /// functions.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFileException">The file is damaged, or a node's weights are not in it.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static IReadOnlyList<OnnxRecurrentNode> Recurrent(string path) => OnnxInspection.Of(new OnnxFile(path));

    /// <summary>What a file says of itself: keys and values.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFileException">The file is damaged.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static IReadOnlyDictionary<string, string> Metadata(string path) => new OnnxFile(path).Metadata;

    /// <summary>The model of a file.</summary>
    internal static Module<T> Read<T>(OnnxFile file) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            if (file.Unreadable.Count == 0) return OnnxLink.Build<T>(OnnxTrace.Run(file));
        }
        catch (ModelFileException) when (!file.IsSpent)
        {
            // No chain of layers: the graph is replayed node by node, and what is wrong with it is said there.
            file.BeginBudget();
        }
        catch (ArgumentException error)
        {
            throw file.Bad("its layers", "sizes and numbers that make layers", error.Message, error);
        }

        try
        {
            return new OnnxModel<T>(file);
        }
        catch (ArgumentException error)
        {
            throw file.Bad("its layers", "sizes and numbers that make layers", error.Message, error);
        }
    }
}
