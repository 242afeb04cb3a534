using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace LstmLab.Jupyter.Packages;

/// <summary>
/// Finds the assemblies of a package and of what it depends on, by the SDK's own restore of a project that refers to it: so the user's sources, proxies and
/// credentials hold. What a restore with a fixed version has found is kept, and used while its files exist.
/// </summary>
internal static class PackageRestore
{
    /// <summary>Kept results.</summary>
    private static readonly string Folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "lstmlab");

    /// <summary>Removes what is kept; the packages themselves are the SDK's.</summary>
    public static void Forget()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    /// <param name="reference">"Id" or "Id, version".</param>
    /// <returns>The paths of the managed assemblies, and of native libraries.</returns>
    /// <exception cref="PackageException">The package cannot be had; the message says why in the SDK's words.</exception>
    public static PackageFiles Find(string reference)
    {
        var parts = reference.Split(',', StringSplitOptions.TrimEntries);
        if (parts is not [{ Length: > 0 }] and not [{ Length: > 0 }, { Length: > 0 }]) throw new PackageException(reference, "write #r \"nuget: Id, version\"");

        var kept = Path.Combine(Folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{string.Join(',', parts)} {Environment.Version}")))[..16] + ".json");
        if (parts.Length == 2 && File.Exists(kept) && JsonSerializer.Deserialize<PackageFiles>(File.ReadAllText(kept)) is { } before && before.All.All(File.Exists)) return before;

        var found = Restore(parts[0], parts.ElementAtOrDefault(1) ?? "*");
        Directory.CreateDirectory(Folder);
        File.WriteAllText(kept, JsonSerializer.Serialize(found));
        return found;
    }

    private static PackageFiles Restore(string id, string version)
    {
        var work = Directory.CreateTempSubdirectory("lstmlab-");
        try
        {
            var project = Path.Combine(work.FullName, "packages.csproj");
            Project(id, version).Save(project);

            // Settings of folders above do not apply.
            foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" }) File.WriteAllText(Path.Combine(work.FullName, name), "<Project />");
            var (succeeded, output, errors) = Run(project);
            if (!succeeded) throw new PackageException($"{id}, {version}", Reason(errors + output));

            var items = JsonNode.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..])!["Items"]!;
            return new PackageFiles(Paths(items["RuntimeCopyLocalItems"]), Paths(items["NativeCopyLocalItems"]));
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static XElement Project(string id, string version) => new("Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"),
        new XElement("PropertyGroup",
            new XElement("TargetFramework", $"net{Environment.Version.Major}.{Environment.Version.Minor}"),
            new XElement("RuntimeIdentifier", RuntimeInformation.RuntimeIdentifier),
            new XElement("SelfContained", false)),
        new XElement("ItemGroup", new XElement("PackageReference", new XAttribute("Include", id), new XAttribute("Version", version))));

    private static (bool Succeeded, string Output, string Errors) Run(string project)
    {
        string[] arguments = ["msbuild", project, "-restore", "-t:ResolvePackageAssets", "-nologo", "-tl:off", "-v:q", "-getItem:RuntimeCopyLocalItems", "-getItem:NativeCopyLocalItems"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(project) })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode == 0, output, errors.GetAwaiter().GetResult());
    }

    /// <summary>The first error's text, without the place in a project nobody has written.</summary>
    private static string Reason(string output)
    {
        var error = output.Split('\n').FirstOrDefault(line => line.Contains("error ", StringComparison.Ordinal)) ?? "the SDK's restore failed";
        error = error[Math.Max(0, error.IndexOf("error ", StringComparison.Ordinal))..].Trim();
        return error.LastIndexOf(" [", StringComparison.Ordinal) is > 0 and var project ? error[..project] : error;
    }

    private static string[] Paths(JsonNode? items) => [.. items?.AsArray().Select(item => (string)item!["FullPath"]!) ?? []];
}

/// <summary>Files of a package and its dependencies.</summary>
internal sealed record PackageFiles(string[] Assemblies, string[] Native)
{
    public IEnumerable<string> All => Assemblies.Concat(Native);
}

/// <summary>A package that a cell asks for and that cannot be had.</summary>
internal sealed class PackageException(string package, string reason) : Exception($"Package {package}: {reason}");
