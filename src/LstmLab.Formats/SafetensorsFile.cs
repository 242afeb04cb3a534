using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Formats;

/// <summary>A safetensors file by memory map: the header is read and checked at once, a tensor's bytes when it is asked for.</summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly SafetensorsHeader _header;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="ModelFileException">The header is damaged; the message says where.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public SafetensorsFile(string path) : this(path, 0, 0)
    {
    }

    /// <summary>The same inside another file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="start">Bytes of it before the first.</param>
    /// <param name="rest">Bytes of it after the last.</param>
    internal SafetensorsFile(string path, long start, long rest)
    {
        Path = path;
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        stream.Position = start;
        if (start == 0) ForeignFile.Refuse(path);
        _header = SafetensorsHeader.Read(path, stream, stream.Length - start - rest);
        // An empty view cannot be mapped.
        if (stream.Length - start - rest == _header.Start) return;
        _map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(start + _header.Start, stream.Length - start - rest - _header.Start, MemoryMappedFileAccess.Read);
    }

    /// <summary>Where it was opened.</summary>
    public string Path { get; }

    /// <summary>The tensors' names, in the order of their bytes.</summary>
    public IEnumerable<string> Names => _header.Tensors.Values.OrderBy(tensor => tensor.Begin).Select(tensor => tensor.Name);

    /// <summary>Texts of whoever wrote the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    internal IReadOnlyDictionary<string, TensorEntry> Tensors => _header.Tensors;

    /// <summary>Number type of a tensor in the file.</summary>
    /// <exception cref="KeyNotFoundException">There is no tensor of that name.</exception>
    public ElementType TypeOf(string name) => Entry(name).Type;

    /// <summary>A tensor, read now; one without axes, a single number, as [1].</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <typeparam name="T">Half, float or double: the file's own type keeps every bit, a wider one the value, a narrower one rounds
    /// once. Integers are also read as long, int and the like.</typeparam>
    /// <exception cref="KeyNotFoundException">There is no tensor of that name.</exception>
    /// <exception cref="OverflowException">An integer type cannot hold a number of the file.</exception>
    public Tensor<T> Read<T>(string name) where T : struct, INumberBase<T>
    {
        TensorEntry tensor = Entry(name);
        // .NET's tensor without axes holds no value.
        return LstmLab.Tensors.Of(Values<T>(tensor), tensor.Shape.Length == 0 ? [1] : tensor.Shape);
    }

    /// <summary>The same without its shape.</summary>
    internal T[] Values<T>(TensorEntry tensor) where T : struct, INumberBase<T>
    {
        T[] values = new T[tensor.Count];
        // In pieces: never two copies of a large tensor.
        byte[] piece = new byte[Math.Min(tensor.Bytes, 1 << 20)];
        for (long read = 0; read < tensor.Bytes; read += piece.Length)
        {
            Span<byte> bytes = piece.AsSpan(0, (int)Math.Min(piece.Length, tensor.Bytes - read));
            _view!.SafeMemoryMappedViewHandle.ReadSpan((ulong)(_view.PointerOffset + tensor.Begin + read), bytes);
            Elements.Decode(bytes, tensor.Type, values.AsSpan((int)(read / tensor.Type.Size())));
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view?.Dispose();
        _map?.Dispose();
    }

    private TensorEntry Entry(string name) => _header.Tensors.TryGetValue(name, out TensorEntry? tensor) ? tensor
        : throw new KeyNotFoundException(
            $"{Path} has no tensor '{name}'; it has {string.Join(", ", Names.Take(20))}{(_header.Tensors.Count > 20 ? " …" : "")}.");
}
