namespace LstmLab.Tests.House;

/// <summary>The files of the clone the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder that holds LstmLab.sln.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The C# files below a folder, with the path relative to the root in front, '/' between its parts.</summary>
    public static IEnumerable<(string Path, string[] Lines)> Sources(string folder) =>
        from file in Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories)
        orderby file
        select (Path.GetRelativePath(Root, file).Replace('\\', '/'), File.ReadAllLines(file));

    private static string Find(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LstmLab.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds LstmLab.sln.");
    }
}
