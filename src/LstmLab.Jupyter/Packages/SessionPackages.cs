namespace LstmLab.Jupyter.Packages;

/// <summary>
/// The packages that the cells of one session have asked for. Those of a cell are restored together with all earlier ones, so that their
/// versions fit; what is loaded keeps its version, since an assembly cannot be replaced.
/// </summary>
/// <param name="folder">The notebook's folder, base of relative sources.</param>
internal sealed class SessionPackages(string folder)
{
    private readonly HashSet<string> asked = new(StringComparer.OrdinalIgnoreCase);
    private List<PackageReference> packages = [];
    private List<string> sources = [];
    private PackageFiles before = new();

    /// <summary>Restores what a cell asks for.</summary>
    /// <returns>The files that earlier cells did not have, with notes for the reader.</returns>
    /// <exception cref="PackageException">A package cannot be had; nothing has changed.</exception>
    public PackageFiles Add(PackageLines lines)
    {
        List<string> all = [.. sources.Union(lines.Sources.Select(source => source.Resolve(folder)))];
        List<string> notes = [];
        List<PackageReference> fresh =
        [
            .. lines.Packages
                .Where(package => !asked.Contains(package.ToString()) && !IsLoaded(package, notes))
                .DistinctBy(package => package.ToString())
        ];
        if (fresh.GroupBy(package => package.Id, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new PackageException(
                twice.Last().Line, $"The cell asks twice for {twice.Key}: \"{string.Join("\" and \"", twice)}\". Keep one of the lines.");
        }

        var files = new PackageFiles { Notes = [.. notes] };
        if (fresh.Count > 0)
        {
            var found = PackageRestore.Find([.. packages, .. fresh], all);
            notes.AddRange(found.Notes.Except(before.Notes));
            notes.AddRange(before.Versions.Where(old => found.Versions.GetValueOrDefault(old.Key, old.Value) != old.Value).Select(old =>
                $"{old.Key} {old.Value} is already loaded and stays, though {fresh[0].Id} asks for {found.Versions[old.Key]}. "
                + "Should that fail, restart the kernel and name both in one cell."));
            files = found.Without(before) with { Notes = [.. notes] };
            packages =
            [
                .. packages,
                .. fresh.Select(package => package with
                {
                    Version = found.Versions.GetValueOrDefault(package.Id.ToLowerInvariant(), package.Version)
                })
            ];
            before = found;
        }

        sources = all;
        asked.UnionWith(lines.Packages.Select(package => package.ToString()));
        return files;
    }

    private bool IsLoaded(PackageReference package, List<string> notes)
    {
        if (before.Versions.GetValueOrDefault(package.Id.ToLowerInvariant()) is not { } loaded) return false;

        var difference = package.IsFixed ? Compare(package.Version, loaded) : 0;
        if (difference > 0)
        {
            throw new PackageException(
                package.Line,
                $"{package.Id} {loaded} is already loaded. To use {package.Version}, restart the kernel and ask for it first.");
        }

        if (difference < 0) notes.Add($"{package.Id} {loaded} is already loaded and is used in place of {package.Version}.");
        return true;
    }

    /// <summary>By numbers, then by the label of a preview, which comes before its release.</summary>
    private static int Compare(string one, string other)
    {
        var (left, right) = (Parts(one), Parts(other));
        return left.Numbers.CompareTo(right.Numbers) is not 0 and var byNumbers
            ? byNumbers
            : string.CompareOrdinal(left.Label, right.Label);

        static (Version Numbers, string Label) Parts(string version)
        {
            var parts = version.Split('+')[0].Split('-', 2);
            var numbers = parts[0].Split('.').Concat(["0", "0", "0"]).Take(4);
            var sortable = Version.TryParse(string.Join('.', numbers), out var parsed) ? parsed : new Version(int.MaxValue, 0, 0, 0);
            return (sortable, parts.ElementAtOrDefault(1) ?? "~");
        }
    }
}
