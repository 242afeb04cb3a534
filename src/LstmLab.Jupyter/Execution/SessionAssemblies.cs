using System.Reflection;
using System.Runtime.Loader;
using LstmLab.Jupyter.Packages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Execution;

/// <summary>
/// Loads what the cells of one session reference, and what that needs from the folders beside it, into one load context: static state is never shared
/// between notebooks, and within one each assembly is loaded once. Roslyn's own loader would load an assembly again for each version
/// that is asked for, and two copies of one type do not fit together. What this program itself uses comes from it.
/// </summary>
internal sealed class SessionAssemblies : AssemblyLoadContext
{
    private static readonly HashSet<string> Platform = new(
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => Path.GetFileNameWithoutExtension(path)!),
        StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> folders = [];
    private readonly HashSet<Assembly> registered = [];

    public SessionAssemblies()
    {
        Loader.RegisterDependency(typeof(CellFunctions).Assembly);
        Loader.RegisterDependency(typeof(Formatter).Assembly);
    }

    /// <summary>Asked by Roslyn for what cells refer to; knows what this context has loaded.</summary>
    public InteractiveAssemblyLoader Loader { get; } = new();

    /// <summary>Loads what a compiled cell refers to, also indirectly, before it runs.</summary>
    public void LoadReferences(Script script)
    {
        var compilation = script.GetCompilation();
        var paths = compilation.SourceModule.ReferencedAssemblySymbols
            .Where(symbol => !Platform.Contains(symbol.Identity.Name))
            .Select(symbol => (compilation.GetMetadataReference(symbol) as PortableExecutableReference)?.FilePath)
            .OfType<string>().ToList();
        folders.UnionWith(paths.Select(path => Path.GetDirectoryName(path)!));
        foreach (var path in paths)
        {
            var assembly = LoadFromAssemblyName(AssemblyName.GetAssemblyName(path));
            if (registered.Add(assembly))
            {
                Loader.RegisterDependency(assembly);
            }
        }
    }

    /// <summary>Makes what lies in a folder known by name.</summary>
    public void AddFolder(string folder) => folders.Add(folder);

    /// <summary>What cells refer to by this name; null if nothing known has it, or it is this program's own.</summary>
    public Assembly? Find(AssemblyName assemblyName) => Load(assemblyName);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (Platform.Contains(assemblyName.Name!))
        {
            return null;
        }

        return Assemblies.FirstOrDefault(loaded => string.Equals(loaded.GetName().Name, assemblyName.Name, StringComparison.OrdinalIgnoreCase))
            ?? (folders.Select(folder => Path.Combine(folder, assemblyName.Name + ".dll")).FirstOrDefault(File.Exists) is { } path
                ? LoadFromAssemblyPath(path)
                : null);
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        PackageReferences.NativeLibrary(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : IntPtr.Zero;
}
