using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace LstmLab.Tests.House;

/// <summary>What the documentation site is made of: Markdown files, the notebooks' pages, and whatever these link to. Places stay as they
/// are in the repository, so that links hold; source files become pages that show them.</summary>
internal static partial class SiteSources
{
    private static readonly string[] Raw = [".svg", ".png", ".csv", ".tsv", ".onnx"];

    /// <summary>The Markdown files that the site begins with: a list beside the pages of a folder, or, without a folder, a menu.</summary>
    private static (string Name, string? Folder, string[] Files)[] Sections =>
    [
        ("Guides", "docs/guides", Files("docs/guides")),
        ("Libraries", "src", ["src/README.md", .. Directory.EnumerateDirectories(Repository.PathOf("src"), "LstmLab*")
            .Select(folder => $"src/{Path.GetFileName(folder)}/README.md").Order(StringComparer.Ordinal)]),
        ("Decisions", "docs/decisions", Files("docs/decisions")),
        ("More", null, [.. Files("docs"), "datasets/README.md", "CHANGELOG.md"]),
    ];

    /// <summary>Writes everything below a new folder, with the table of contents.</summary>
    /// <param name="folder">The folder, which is emptied.</param>
    public static void Write(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        string rendered = Repository.PathOf("artifacts", "notebooks");      // not there before the notebooks have been run
        string[] pages = !Directory.Exists(rendered) ? [] :
        [
            .. Directory.EnumerateFiles(rendered, "*.html").Order(StringComparer.Ordinal)
                .Select(file => $"notebooks/{Path.GetFileName(file)}"),
        ];
        Queue<string> open = new([.. pages, .. Files("."), .. Sections.SelectMany(section => section.Files)]);
        HashSet<string> seen = [];
        while (open.TryDequeue(out string? file))
        {
            if (!seen.Add(file)) continue;

            string target = Path.Combine(folder, Target(file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Raw.Contains(Path.GetExtension(file))) File.Copy(Repository.PathOf(file), target);
            else File.WriteAllText(target, Text(file, open));
        }

        WriteContents(folder);
    }

    /// <summary>The Markdown files of a folder, the one that introduces the others first.</summary>
    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(Repository.PathOf(folder), "*.md")
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .OrderBy(file => Path.GetFileName(file) is not ("index.md" or "README.md")).ThenBy(file => file, StringComparer.Ordinal)];

    /// <summary>Where a file of the repository is in the folder that docfx reads.</summary>
    private static string Target(string file) => Path.GetExtension(file) switch
    {
        _ when IsFolder(file) => file + "/index.md",
        ".md" when file == "README.md" => "index.md",
        ".ipynb" => Path.ChangeExtension(file, ".html"),
        ".md" or ".html" => file,
        var extension when Raw.Contains(extension) => file,
        _ => file + ".md",
    };

    /// <summary>A file as docfx shall read it; what it links to is added to the files that follow.</summary>
    private static string Text(string file, Queue<string> linked)
    {
        string folder = Path.GetDirectoryName(file)!;
        switch (Path.GetExtension(file))
        {
            case var _ when IsFolder(file):
                folder = file;
                return $"# {file}\n\n" + string.Concat(Directory.EnumerateFiles(Repository.PathOf(file)).Order(StringComparer.Ordinal)
                    .Select(path => $"- [{Path.GetFileName(path)}]({Follow(Path.GetFileName(path))})\n"));
            case ".md":
                return MarkdownLink().Replace(File.ReadAllText(Repository.PathOf(file)), link => $"]({Follow(link.Groups[1].Value)}");
            case ".html":
                // A page lies in artifacts/notebooks, and its links lead from there.
                folder = "artifacts/notebooks";
                return HtmlLink().Replace(File.ReadAllText(Repository.PathOf("artifacts", file)), link =>
                    $"<a{link.Groups[1].Value} href=\"{WebUtility.HtmlEncode(FromPage(WebUtility.HtmlDecode(link.Groups[2].Value)))}");
            default:
                string language = Path.GetExtension(file) is ".cs" or ".csx" ? "csharp" : "text";
                return $"# {file}\n\n````{language}\n{File.ReadAllText(Repository.PathOf(file))}\n````\n";
        }

        // A page of the site lies one folder higher, and links to other pages, not to Markdown.
        string FromPage(string link)
        {
            string followed = Follow(link);
            string moved = followed.StartsWith("../../", StringComparison.Ordinal) ? followed[3..] : followed;
            return moved.EndsWith(".md", StringComparison.Ordinal) ? moved[..^3] + ".html" : moved;
        }

        // What a link leads to becomes part of the site, at its place in the repository.
        string Follow(string link)
        {
            string full = Path.GetFullPath(Path.Combine(Repository.Root, folder, Uri.UnescapeDataString(link)));
            string path = Path.GetRelativePath(Repository.Root, full).Replace('\\', '/').TrimEnd('/');
            if (path.StartsWith("artifacts/", StringComparison.Ordinal) || path.StartsWith("..", StringComparison.Ordinal)) return link;
            if (Path.GetExtension(path) == ".ipynb") return link[..^".ipynb".Length] + ".html";
            if (!Path.Exists(full)) return link;

            linked.Enqueue(path);
            return IsFolder(path) ? $"{link.TrimEnd('/')}/index.md" : link[..(link.LastIndexOf('/') + 1)] + Path.GetFileName(Target(path));
        }
    }

    private static bool IsFolder(string path) => Directory.Exists(Repository.PathOf(path));

    /// <summary>docfx shows the list of the root above each page, and the list of a folder beside the pages of that folder.</summary>
    private static void WriteContents(string folder)
    {
        StringBuilder root = new("- name: Notebooks\n  href: notebooks/index.html\n");
        foreach ((string name, string? below, string[] files) in Sections)
        {
            root.Append($"- name: {name}\n  ").Append(below is null ? "items:\n" : $"href: {below}/\n");
            if (below is null) root.AppendJoin("", files.Select(file => Entry("  ", file, file)));
            else
                File.WriteAllText(Path.Combine(folder, below, "toc.yml"),
                    string.Concat(files.Select(file => Entry("", file, file[(below.Length + 1)..]))));
        }

        File.WriteAllText(Path.Combine(folder, "toc.yml"), root.Append("- name: API\n  href: api/\n").ToString());

        static string Entry(string indent, string file, string address)
        {
            Match heading = Heading().Match(File.ReadAllText(Repository.PathOf(file)));
            string title = heading.Success ? heading.Groups[1].Value.Trim() : Path.GetFileNameWithoutExtension(file);
            return $"{indent}- name: '{title.Replace("'", "''", StringComparison.Ordinal)}'\n{indent}  href: {address}\n";
        }
    }

    [GeneratedRegex(@"\]\((?!\w+:)([^)#\s]+)")]
    private static partial Regex MarkdownLink();

    [GeneratedRegex("""<a([^>]*) href="(?!\w+:)([^"#?]+)""")]
    private static partial Regex HtmlLink();

    [GeneratedRegex(@"^# (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
