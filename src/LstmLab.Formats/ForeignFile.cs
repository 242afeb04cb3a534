using System.IO.Compression;

namespace LstmLab.Formats;

/// <summary>Files that are something else than the model that was asked for, told by their first bytes, with what to do about
/// them.</summary>
internal static class ForeignFile
{
    /// <summary>Bytes that are enough to tell.</summary>
    public const int Enough = 512;

    /// <summary>Throws where a file is known to be something else; else does nothing, and leaves the rest to the reader of the
    /// format.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFileException">It is a Git LFS pointer, an HTML page, an archive, or a model of PyTorch or Keras; the message
    /// says what to do.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static void Refuse(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        byte[] start = new byte[Enough];
        Refuse(path, start.AsSpan(0, stream.ReadAtLeast(start, Enough, throwOnEndOfStream: false)));
    }

    /// <summary>The same for who has read the file already.</summary>
    /// <param name="path">How messages call the file; an archive is opened there.</param>
    /// <param name="start">Its first bytes, <see cref="Enough"/> where there are as many.</param>
    public static void Refuse(string path, ReadOnlySpan<byte> start)
    {
        if (Kind(path, start) is var (found, remedy))
            throw new ModelFileException(path, "its first bytes", "those of a model", found, remedy: remedy);
    }

    /// <summary>What to do with a file whose name ends as those of other programs do; null where it ends otherwise.</summary>
    public static string? RemedyByName(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".pth" or ".pt" or ".bin" or ".ckpt" => Torch(path),
        ".h5" or ".hdf5" or ".keras" => Keras(path),
        ".npz" => Arrays(path),
        _ => null,
    };

    private static (string Found, string Remedy)? Kind(string path, ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("version https://git-lfs.github.com/spec/v1"u8))
            return ("a Git LFS pointer, which stands for the file", "Run `git lfs pull` in its repository, or download the file itself.");
        if (IsHtml(start))
        {
            return (
                "an HTML page",
                "Download the raw file, not the page that shows it: on GitHub 'Download raw file', on Hugging Face 'resolve' for 'blob'.");
        }

        if (start.StartsWith((byte[])[0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]))
            return ("an HDF5 file, such as Keras's .h5", Keras(path));
        if (start.StartsWith("PK\x03\x04"u8)) return Archive(path);
        // The first bytes of a safetensors file are a length below 2³², which leaves four zeros.
        bool isPickle = start.Length > 8 && start[0] == 0x80 && start[1] is >= 2 and <= 5 && start[4..8].ContainsAnyExcept((byte)0);
        if (isPickle) return ("a pickle, such as PyTorch's older .pth", Torch(path));
        return start.StartsWith((byte[])[0x1F, 0x8B]) ? ("a gzip archive", "Unpack it first.") : null;
    }

    private static bool IsHtml(ReadOnlySpan<byte> start)
    {
        string text = System.Text.Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }

    private static (string Found, string Remedy) Archive(string path)
    {
        string[] names = [];
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            names = [.. archive.Entries.Select(entry => entry.FullName)];
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            // A cut archive still begins like one; its name must do.
        }

        if (names.Contains("model.weights.h5") || Path.GetExtension(path).Equals(".keras", StringComparison.OrdinalIgnoreCase))
            return ("a .keras archive", Keras(path));
        if (names.Any(name => name.EndsWith("/constants.pkl", StringComparison.Ordinal)))
            return ("a TorchScript archive", Python(path, "torch.jit.load('{0}', map_location='cpu').state_dict()"));
        if (names.Any(name => name.EndsWith("/data.pkl", StringComparison.Ordinal)))
            return ("an archive of PyTorch's torch.save", Torch(path));
        if (names.Length > 0 && names.All(name => name.EndsWith(".npy", StringComparison.Ordinal)))
            return ("an archive of NumPy arrays", Arrays(path));
        return names.Length == 0 && RemedyByName(path) is { } remedy
            ? ("an archive that is cut", remedy)
            : ("a zip archive", "Unpack it first.");
    }

    private static string Torch(string path) =>
        Python(path, "torch.load('{0}', map_location='cpu', weights_only=True)")
        + " If it holds a whole module, load it with weights_only=False, from a source that you trust, and save its state_dict().";

    // Tensors of a module may share memory or be strided, which a safetensors file cannot hold.
    private static string Python(string path, string load) => Line(
        path, "safetensors",
        $"import torch; from safetensors.torch import save_file; d = {load}; "
        + "save_file({{k: v.clone().contiguous() for k, v in d.get('state_dict', d).items()}}, '{1}')");

    private static string Keras(string path) =>
        Line(path, "onnx", "import keras; keras.saving.load_model('{0}').export('{1}', format='onnx')")
        + " It takes Keras 3 with the packages onnx and tf2onnx; a file of weights alone needs its model built there first.";

    private static string Arrays(string path) =>
        Line(path, "safetensors", "import numpy; from safetensors.numpy import save_file; save_file(dict(numpy.load('{0}')), '{1}')");

    private static string Line(string path, string extension, string code)
    {
        string name = Path.GetFileName(path);
        // A name that would need quoting in Python or in a shell is left to the reader.
        if (!name.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '-')) name = $"model{Path.GetExtension(path)}";
        string line = string.Format(null, code, name, Path.ChangeExtension(name, extension));
        return $"Convert it in Python: python -c \"{line}\"";
    }
}
