using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using LstmLab.Jupyter.Packages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;
using Microsoft.DotNet.Interactive;

namespace LstmLab.Jupyter.Execution;

/// <summary>
/// Loads what the cells of one session reference, and what that needs from the folders beside it, into one load context: static state is
/// never shared between notebooks, and within one each assembly is loaded once. Roslyn's own loader would load an assembly again for each
/// version that is asked for, and two copies of one type do not fit together. What this program itself uses comes from it, unless a
/// package has it newer.
/// </summary>
internal sealed class SessionAssemblies : AssemblyLoadContext
{
    /// <summary>The paths of the assemblies of .NET and of this program, by name.</summary>
    public static readonly IReadOnlyDictionary<string, string> Platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .DistinctBy(path => Path.GetFileNameWithoutExtension(path)!, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path)!, StringComparer.OrdinalIgnoreCase);

    /// <summary>What this program hands to cells and takes from them, and an extension of it uses: one copy for all.</summary>
    private static readonly string[] Shared = ["Microsoft.DotNet.Interactive", "Microsoft.AspNetCore.Html.Abstractions", "System.Reactive"];

    private readonly HashSet<string> folders = [];
    private readonly HashSet<string> references = [];
    private readonly HashSet<Assembly> registered = [];
    private readonly Dictionary<string, string> packages = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> native = new(StringComparer.OrdinalIgnoreCase);

    public SessionAssemblies()
    {
        foreach (var assembly in ScriptReferences.Own) Loader.RegisterDependency(assembly);
    }

    /// <summary>Asked by Roslyn for what cells refer to; knows what this context has loaded.</summary>
    public InteractiveAssemblyLoader Loader { get; } = new();

    /// <summary>Makes the assemblies and native libraries of packages known by name.</summary>
    /// <returns>The paths of what code may refer to from now on.</returns>
    public IReadOnlyList<string> AddPackages(PackageFiles files)
    {
        foreach (var path in files.Native) native.TryAdd(Path.GetFileName(path), path);
        foreach (var path in files.Assemblies.Where(path => !IsHosts(path))) packages.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        return
        [
            .. files.References
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Select(name => packages.GetValueOrDefault(name) ?? Platform[name])
                .Where(path => Path.GetDirectoryName(path) != Path.GetDirectoryName(typeof(object).Assembly.Location))
                .Distinct(),
        ];
    }

    /// <summary>
    /// Loads the .NET Interactive extensions of packages. Those that are scripts are texts, <see cref="PackageFiles.Scripts"/>.
    /// </summary>
    public IEnumerable<IKernelExtension> ExtensionsOf(PackageFiles files)
    {
        folders.UnionWith(files.Extensions);
        return files.Extensions.SelectMany(folder => Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal))
            .Where(path => !Platform.ContainsKey(Path.GetFileNameWithoutExtension(path)))
            .SelectMany(path => Types(LoadFromAssemblyName(AssemblyName.GetAssemblyName(path))))
            .Where(type => type.IsAssignableTo(typeof(IKernelExtension)) && !type.IsAbstract)
            .Select(type => (IKernelExtension)Activator.CreateInstance(type)!);
    }

    /// <summary>Loads what a compiled cell refers to, also indirectly, before it runs.</summary>
    public void LoadReferences(Script script)
    {
        var compilation = script.GetCompilation();
        var paths = compilation.SourceModule.ReferencedAssemblySymbols
            .Where(symbol => !IsFromHost(symbol.Identity.Name))
            .Select(symbol => (compilation.GetMetadataReference(symbol) as PortableExecutableReference)?.FilePath)
            .OfType<string>().Where(references.Add).ToList();
        folders.UnionWith(paths.Select(path => Path.GetDirectoryName(path)!));
        foreach (var path in paths)
        {
            try
            {
                var assembly = LoadFromAssemblyName(AssemblyName.GetAssemblyName(path));
                if (registered.Add(assembly)) Loader.RegisterDependency(assembly);
            }
            catch (BadImageFormatException)
            {
                // For another platform, or without code. A package may hold such; who uses it meets the error there.
            }
        }
    }

    /// <summary>Makes what lies in a folder known by name.</summary>
    public void AddFolder(string folder) => folders.Add(folder);

    /// <summary>What cells refer to by this name; null if nothing known has it, or it is this program's own.</summary>
    public Assembly? Find(AssemblyName assemblyName) => Load(assemblyName);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        if (IsFromHost(name)) return null;

        return Assemblies.FirstOrDefault(loaded => string.Equals(loaded.GetName().Name, name, StringComparison.OrdinalIgnoreCase))
            ?? ((packages.GetValueOrDefault(name)
                ?? folders.Select(folder => Path.Combine(folder, name + ".dll")).FirstOrDefault(File.Exists)) is { } path
                ? LoadFromAssemblyPath(path)
                : null);
    }

    /// <summary>A library that needs those of other packages finds them once they are loaded.</summary>
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names =
        [
            unmanagedDllName,
            $"lib{unmanagedDllName}.so",
            $"{unmanagedDllName}.so",
            $"lib{unmanagedDllName}.dylib",
            $"{unmanagedDllName}.dylib",
            $"{unmanagedDllName}.dll"
        ];
        if (names.Select(name => native.GetValueOrDefault(name)).FirstOrDefault(path => path is not null) is not { } path)
        {
            return IntPtr.Zero;
        }

        if (NativeLibrary.TryLoad(path, out var handle)) return handle;

        var others = native.Values.Where(other => other != path).ToList();
        while (others.RemoveAll(other => NativeLibrary.TryLoad(other, out _)) > 0)
        {
            if (NativeLibrary.TryLoad(path, out handle)) return handle;
        }

        return LoadUnmanagedDllFromPath(path);
    }

    private bool IsFromHost(string name) => Platform.ContainsKey(name) && !packages.ContainsKey(name);

    /// <summary>
    /// Whether this program's own assembly serves in place of a package's: its types are shared with cells, or it is at least as new.
    /// </summary>
    private static bool IsHosts(string path) => Platform.TryGetValue(Path.GetFileNameWithoutExtension(path), out var own)
        && (Shared.Any(name => Path.GetFileName(path).StartsWith(name, StringComparison.OrdinalIgnoreCase))
            || Version(own) >= Version(path));

    private static Version? Version(string path)
    {
        try
        {
            return AssemblyName.GetAssemblyName(path).Version;
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    /// <summary>The types of an assembly, without those that need what is not there.</summary>
    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return exception.Types.OfType<Type>();
        }
    }
}
