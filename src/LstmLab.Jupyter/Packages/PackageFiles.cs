namespace LstmLab.Jupyter.Packages;

/// <summary>Files of packages and of what they depend on, as paths.</summary>
internal sealed record PackageFiles
{
    /// <summary>The version of each package, by its name in small letters.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>The managed assemblies that code may refer to.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>All managed assemblies.</summary>
    public IReadOnlyList<string> Assemblies { get; init; } = [];

    public IReadOnlyList<string> Native { get; init; } = [];

    /// <summary>The folders with extensions of .NET Interactive.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>What the reader should know, such as that another version was taken.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The texts of the extensions that are scripts.</summary>
    public IEnumerable<string> Scripts() => Extensions
        .Select(folder => Path.Combine(folder, "extension.dib"))
        .Where(File.Exists)
        .Select(File.ReadAllText);

    public bool Exist() => Assemblies.Concat(Native).All(File.Exists) && Extensions.All(Directory.Exists);

    public PackageFiles Without(PackageFiles other) => this with
    {
        References = [.. References.Except(other.References)],
        Assemblies = [.. Assemblies.Except(other.Assemblies)],
        Native = [.. Native.Except(other.Native)],
        Extensions = [.. Extensions.Except(other.Extensions)],
    };
}
