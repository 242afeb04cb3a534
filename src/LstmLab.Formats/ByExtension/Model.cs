using System.Numerics;

namespace LstmLab.Formats;

/// <summary>Models to files and back, by the file's extension.</summary>
/// <remarks>.safetensors holds weights under PyTorch's names, .onnx a graph that other runtimes run, .checkpoint a model with the
/// training around it.</remarks>
public static class Model
{
    /// <summary>Writes the model, whole or not at all; an older file is replaced.</summary>
    /// <param name="model">What is written.</param>
    /// <param name="path">Its extension says how.</param>
    /// <exception cref="ArgumentException">The extension is none of ours, or the format cannot hold a layer of the model.</exception>
    /// <exception cref="IOException">The file could not be written; an older one is as it was.</exception>
    public static void Save<T>(this Module<T> model, string path) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        switch (Extension(path))
        {
            case ".safetensors":
                Safetensors.Save(model, path);
                break;
            case ".onnx":
                Onnx.Save(model, path);
                break;
            case ".checkpoint":
                CheckpointFile.Save(model, path, null);
                break;
            default: throw Unknown(path);
        }
    }

    /// <summary>Reads a model: <c>Model.Load&lt;float&gt;("model.onnx")</c>.</summary>
    /// <param name="path">Its extension says how.</param>
    /// <typeparam name="T">Number type of the model; the file's numbers are rounded to it once.</typeparam>
    /// <exception cref="ArgumentException">The extension is none of ours; for files of PyTorch and Keras the message holds the line of
    /// Python that converts them.</exception>
    /// <exception cref="ModelFileException">The file is damaged, is none of a model, or holds what this library has no
    /// layer for.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static Module<T> Load<T>(string path) where T : struct, IBinaryFloatingPointIeee754<T> => Extension(path) switch
    {
        ".safetensors" => Safetensors.Load<T>(path),
        ".onnx" => Onnx.Load<T>(path),
        ".checkpoint" => CheckpointFile.Load<T>(path),
        _ => throw Unreadable(path),
    };

    private static string Extension(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Path.GetExtension(path).ToLowerInvariant();
    }

    private static ArgumentException Unreadable(string path)
    {
        if (File.Exists(path)) ForeignFile.Refuse(path);
        return Unknown(path, ForeignFile.RemedyByName(path));
    }

    private static ArgumentException Unknown(string path, string? remedy = null)
    {
        string text = $"'{path}' must end in .safetensors, .onnx or .checkpoint, but ends in '{Path.GetExtension(path)}'.";
        return new(remedy is null ? text : $"{text} {remedy}", nameof(path));
    }
}
