using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LstmLab.Jupyter.Kernel;
using LstmLab.Jupyter.Notebooks;

namespace LstmLab.Jupyter.CommandLine;

/// <summary>The folders in which Jupyter finds kernels, and our entries in them.</summary>
internal static partial class KernelSpecs
{
    public const string DefaultName = "lstmlab";

    /// <summary>The data folder of the user, by Jupyter's rules.</summary>
    public static string UserFolder => Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } set ? set
        : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter")
        : OperatingSystem.IsMacOS() ? Path.Combine(Home, "Library", "Jupyter")
        : Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data ? Path.Combine(data, "jupyter")
        : Path.Combine(Home, ".local", "share", "jupyter");

    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    public static string FolderBelow(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", "jupyter");

    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>Writes the entry that starts this very program.</summary>
    /// <returns>Its folder.</returns>
    public static string Install(string dataFolder, string name)
    {
        var folder = Path.Combine(dataFolder, "kernels", name);
        Notebook.WriteFile(Path.Combine(folder, "kernel.json"), JupyterJson.Write(Entry(name)));
        return folder;
    }

    /// <summary>Removes an entry and the folders that are empty without it.</summary>
    /// <returns>False if there is no entry of this program.</returns>
    public static bool Uninstall(string dataFolder, string name)
    {
        var folder = Path.Combine(dataFolder, "kernels", name);
        if (Read(folder) is null) return false;

        Directory.Delete(folder, recursive: true);
        for (var i = 0; i < 2 && !Directory.EnumerateFileSystemEntries(folder = Path.GetDirectoryName(folder)!).Any(); i++)
        {
            Directory.Delete(folder);
        }

        return true;
    }

    /// <summary>The entries of this program in a data folder, with the program each starts.</summary>
    public static IEnumerable<(string Name, string Folder, string Program)> Find(string dataFolder)
    {
        var kernels = Path.Combine(dataFolder, "kernels");
        return from folder in Directory.Exists(kernels) ? Directory.GetDirectories(kernels) : []
               orderby folder
               let entry = Read(folder)
               where entry is not null
               let program = entry["argv"]!.AsArray().TakeWhile(part => (string?)part != "kernel").Last()!.ToString()
               select (Path.GetFileName(folder), folder, program);
    }

    private static JsonObject Entry(string name)
    {
        var runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return new JsonObject
        {
            ["argv"] = new JsonArray(
                [.. ThisProgram.Command.Concat(["kernel", "start", "{connection_file}"]).Select(part => JsonValue.Create(part))]),
            ["display_name"] = name == DefaultName ? "C# (LstmLab)" : $"C# (LstmLab, {name})",
            ["env"] = new JsonObject { ["DOTNET_ROOT"] = runtime },
            ["interrupt_mode"] = "message",
            ["language"] = "C#",
            ["metadata"] = new JsonObject { ["lstmlab"] = new JsonObject { ["version"] = Replies.Version } },
        };
    }

    /// <summary>The entry in a folder; null if it is none of this program.</summary>
    private static JsonNode? Read(string folder)
    {
        var file = Path.Combine(folder, "kernel.json");
        return File.Exists(file) && JsonNode.Parse(File.ReadAllText(file)) is { } entry && entry["metadata"]?["lstmlab"] is not null
            ? entry
            : null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]+$")]
    private static partial Regex NamePattern();
}
