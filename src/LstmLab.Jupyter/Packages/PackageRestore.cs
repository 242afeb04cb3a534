using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LstmLab.Jupyter.Packages;

/// <summary>
/// Finds the files of packages and of what they depend on, by the SDK's own restore of a project that refers to them: so the user's
/// sources, proxies and credentials hold. What a restore of fixed versions has found is kept, and used while its files exist.
/// </summary>
internal static partial class PackageRestore
{
    private const string OtherSource = "name a source that has it with #i \"nuget: FOLDER-OR-ADDRESS\".";

    /// <summary>Kept results.</summary>
    private static readonly string Folder =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "lstmlab");

    /// <summary>Removes what is kept; the packages themselves are the SDK's.</summary>
    public static void Forget()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    /// <param name="packages">At least one; the last is what a failure is put down to where NuGet does not say.</param>
    /// <param name="sources">Folders and addresses beside the sources that NuGet is configured for.</param>
    /// <exception cref="PackageException">A package cannot be had; the message says why and what to do.</exception>
    public static PackageFiles Find(IReadOnlyList<PackageReference> packages, IReadOnlyList<string> sources)
    {
        var key = string.Join('\n',
        [
            .. packages.Select(package => package.ToString()),
            .. sources,
            RuntimeInformation.FrameworkDescription,
            RuntimeInformation.RuntimeIdentifier
        ]);
        var kept = Path.Combine(Folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16] + ".json");
        var isFixed = packages.All(package => package.IsFixed);
        if (isFixed && File.Exists(kept)
            && JsonSerializer.Deserialize<PackageFiles>(File.ReadAllText(kept)) is { } before && before.Exist())
        {
            return before;
        }

        var found = Restore(packages, sources);
        if (!isFixed) return found;

        Directory.CreateDirectory(Folder);
        File.WriteAllText(kept, JsonSerializer.Serialize(found));
        return found;
    }

    private static PackageFiles Restore(IReadOnlyList<PackageReference> packages, IReadOnlyList<string> sources)
    {
        var work = Directory.CreateTempSubdirectory("lstmlab-");
        try
        {
            var project = Path.Combine(work.FullName, "packages.csproj");
            Project(packages, sources).Save(project);

            // Settings of folders above do not apply.
            foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            {
                File.WriteAllText(Path.Combine(work.FullName, name), "<Project />");
            }

            var output = Run(project, packages[^1].Line);
            var assets = Path.Combine(work.FullName, "obj", "project.assets.json");
            var found = File.Exists(assets)
                ? JsonNode.Parse(File.ReadAllText(assets))!
                : throw new PackageException(packages[^1].Line, $"The .NET SDK cannot restore packages: {output}");
            var logs = found["logs"]?.AsArray()
                .Select(log => new Log(
                    (string)log!["code"]!, (string)log["level"]!, (string)log["message"]!, (string?)log["libraryId"]))
                .ToList() ?? [];
            if (logs.FirstOrDefault(log => log.Level == "Error") is { } error) throw Failure(error, logs, packages);

            // That a dependency comes in another version than its package names is nothing for the reader.
            const string Ours = "packages depends on";
            var others = logs.Where(log => log.Code == "NU1603" && log.Message.StartsWith(Ours, StringComparison.Ordinal));
            var notes = others.Select(log => "The cell asks for" + log.Message[Ours.Length..]).Distinct();
            return Files(found, packages[^1]) with { Notes = [.. notes] };
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    /// <summary>A source that cannot be reached is no error while another has the package.</summary>
    private static XElement Project(IReadOnlyList<PackageReference> packages, IReadOnlyList<string> sources) => new(
        "Project",
        new XAttribute("Sdk", "Microsoft.NET.Sdk"),
        new XElement("PropertyGroup",
            new XElement("TargetFramework", $"net{Environment.Version.Major}.{Environment.Version.Minor}"),
            new XElement("RuntimeIdentifier", RuntimeInformation.RuntimeIdentifier),
            new XElement("SelfContained", false),
            new XElement("NuGetAudit", false),
            new XElement("RestoreIgnoreFailedSources", true),
            new XElement("RestoreAdditionalProjectSources", string.Join(';', sources)),
            new XElement("DisableTransitiveFrameworkReferenceDownloads", true)),
        new XElement("ItemGroup", packages.Select(package => new XElement(
            "PackageReference", new XAttribute("Include", package.Id), new XAttribute("Version", package.Version)))));

    /// <returns>What the SDK has printed.</returns>
    private static string Run(string project, int line)
    {
        try
        {
            string[] arguments = ["msbuild", project, "-t:Restore", "-nologo", "-tl:off", "-v:q"];
            using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Path.GetDirectoryName(project)
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (output + errors.GetAwaiter().GetResult()).Trim();
        }
        catch (Win32Exception exception)
        {
            throw new PackageException(
                line,
                $"Packages need the .NET SDK, and its program 'dotnet' cannot be started: {exception.Message}. "
                + "Install the SDK, or add its folder to PATH.");
        }
    }

    private static PackageException Failure(Log error, List<Log> logs, IReadOnlyList<PackageReference> packages)
    {
        var asked = packages.LastOrDefault(package => string.Equals(package.Id, error.Package, StringComparison.OrdinalIgnoreCase));
        var named = asked is not null ? $"Package {asked.Id}"
            : error.Package is null ? $"Package {packages[^1].Id}"
            : $"Package {error.Package}, which another one needs,";
        var text = Lines().Replace(error.Message, " ").Trim().TrimEnd('.');
        var failures = logs
            .Where(log => log.Code is "NU1801" or "NU1301")
            .Select(log => Lines().Replace(log.Message, " ").TrimEnd('.'));
        var unreachable = string.Join("; ", failures.Distinct());
        return new PackageException((asked ?? packages[^1]).Line, error.Code switch
        {
            _ when unreachable.Length > 0 =>
                $"{named} was not found where NuGet could look, and a source cannot be reached: {unreachable}. "
                + $"Check the network, or {OtherSource}",
            "NU1101" =>
                $"{named} does not exist in {text[(text.IndexOf("source(s): ", StringComparison.Ordinal) + "source(s): ".Length)..]}. "
                + $"Check its spelling, or {OtherSource}",
            "NU1102" => $"{named} has no such version. {text}. Ask for one that exists, or {OtherSource}",
            "NU1103" => $"{named} has only previews. {text}. Ask for one of them, or for the newest with \"Id, *-*\".",
            "NU1605" =>
                $"{named} is asked for, or already loaded, in an older version than others need. {text}. "
                + "Ask for the newer version; if the older one is loaded, restart the kernel first.",
            _ => $"{named} cannot be restored. {error.Code}: "
                + $"{text.Replace("Unable to read project information for 'packages': ", "", StringComparison.Ordinal)}.",
        });
    }

    /// <summary>The files that NuGet has chosen for this platform.</summary>
    private static PackageFiles Files(JsonNode assets, PackageReference last)
    {
        var folders = assets["packageFolders"]!.AsObject().Select(folder => folder.Key).ToList();
        var chosen = assets["targets"]!.AsObject().First(target => target.Key.Contains('/')).Value!.AsObject()
            .Select(package => (
                Name: package.Key.Split('/'),
                Items: package.Value!,
                Root: folders
                    .Select(folder => Path.Combine(folder, (string)assets["libraries"]![package.Key]!["path"]!))
                    .First(Directory.Exists)))
            .ToList();
        var frameworks = chosen.SelectMany(package => package.Items["frameworkReferences"]?.AsArray().Select(name => (string)name!) ?? [])
            .Distinct().SelectMany(name => Framework(name, last)).ToList();
        List<string> assemblies =
        [
            .. All("runtime").Where(path => path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)),
            .. frameworks
        ];
        HashSet<string> compiled = [.. All("compile").Concat(frameworks).Select(path => Path.GetFileName(path))];
        return new PackageFiles
        {
            Versions = chosen.ToDictionary(package => package.Name[0].ToLowerInvariant(), package => package.Name[1]),
            Assemblies = assemblies,
            References = [.. assemblies.Where(path => compiled.Contains(Path.GetFileName(path)))],
            Native = [.. All("native")],
            Extensions =
            [
                .. chosen.Select(package => Path.Combine(package.Root, "interactive-extensions", "dotnet")).Where(Directory.Exists)
            ],
        };

        IEnumerable<string> All(string kind) =>
            chosen.SelectMany(package => package.Items[kind]?.AsObject()
                .Select(file => Path.GetFullPath(file.Key, package.Root))
                .Where(path => Path.GetFileName(path) != "_._") ?? []);
    }

    /// <summary>The assemblies of an installed framework beside .NET itself, such as ASP.NET Core.</summary>
    private static string[] Framework(string name, PackageReference asking)
    {
        var version = Environment.Version;
        var installed = new DirectoryInfo(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", name));
        return !installed.Exists
            || installed.GetDirectories($"{version.Major}.{version.Minor}.*")
                .MaxBy(folder => Version.TryParse(folder.Name, out var patch) ? patch : new Version()) is not { } newest
            ? throw new PackageException(
                asking.Line,
                $"Package {asking.Id} needs the shared framework {name} {version.Major}.{version.Minor}, which is not installed. "
                + "Install it from https://dot.net.")
            : Directory.GetFiles(newest.FullName, "*.dll");
    }

    [GeneratedRegex(@"\s*\n[\s-]*")]
    private static partial Regex Lines();

    /// <summary>What NuGet says of a package.</summary>
    private sealed record Log(string Code, string Level, string Message, string? Package);
}
