using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace LstmLab.Tests.House;

/// <summary>What the documentation site is made of: Markdown files, the notebooks' pages, and whatever these link to. Places stay as they
/// are in the repository, so that links hold; source files become pages that show them.</summary>
internal static partial class SiteSources
{
    private static readonly string[] Raw = [".svg", ".png", ".csv", ".tsv", ".onnx"];

    /// <summary>The Markdown files that the site begins with, by the headings of its table of contents.</summary>
    private static (string Section, string[] Files)[] Sections =>
    [
        ("Guides", Files("docs/guides")),
        ("Libraries", ["src/README.md", .. Directory.EnumerateDirectories(Repository.PathOf("src"), "LstmLab*").Order(StringComparer.Ordinal)
            .Select(folder => $"src/{Path.GetFileName(folder)}/README.md")]),
        ("Decisions", Files("docs/decisions")),
        ("More", [.. Files("docs"), "datasets/README.md", "CHANGELOG.md"]),
    ];

    /// <summary>Writes everything below a new folder, with the table of contents.</summary>
    /// <param name="folder">The folder, which is emptied.</param>
    public static void Write(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        string[] pages = [.. Directory.EnumerateFiles(Repository.PathOf("artifacts", "notebooks"), "*.html").Order(StringComparer.Ordinal)
            .Select(file => $"notebooks/{Path.GetFileName(file)}")];
        Queue<string> open = new([.. pages, "README.md", .. Files("."), .. Sections.SelectMany(section => section.Files)]);
        HashSet<string> seen = [];
        while (open.TryDequeue(out string? file))
        {
            if (!seen.Add(file)) continue;

            string target = Path.Combine(folder, Target(file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Raw.Contains(Path.GetExtension(file))) File.Copy(Repository.PathOf(file), target);
            else File.WriteAllText(target, Text(file, open));
        }

        File.WriteAllText(Path.Combine(folder, "toc.yml"), Contents(pages));
    }

    /// <summary>The Markdown files of a folder.</summary>
    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(Repository.PathOf(folder), "*.md").Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];

    /// <summary>Where a file of the repository is in the folder that docfx reads.</summary>
    private static string Target(string file) => Path.GetExtension(file) switch
    {
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
            case ".md":
                return MarkdownLink().Replace(File.ReadAllText(Repository.PathOf(file)), link => $"]({Follow(link.Groups[1].Value)}");
            case ".html":
                // A page lies in artifacts/notebooks, and its links lead from there.
                folder = "artifacts/notebooks";
                string html = File.ReadAllText(Repository.PathOf("artifacts", file));
                return HtmlLink().Replace(html, link => $"<a{link.Groups[1].Value} href=\"{WebUtility.HtmlEncode(FromPage(WebUtility.HtmlDecode(link.Groups[2].Value)))}");
            default:
                string language = Path.GetExtension(file) is ".cs" or ".csx" ? "csharp" : "text";
                return $"# {file}\n\n````{language}\n{File.ReadAllText(Repository.PathOf(file))}\n````\n";
        }

        string FromPage(string link)
        {
            string followed = Follow(link);
            string moved = followed.StartsWith("../../", StringComparison.Ordinal) ? followed[3..] : followed;
            return moved.EndsWith(".md", StringComparison.Ordinal) ? moved[..^3] + ".html" : moved;
        }

        string Follow(string link)
        {
            string full = Path.GetFullPath(Path.Combine(Repository.Root, folder, Uri.UnescapeDataString(link)));
            string path = Path.GetRelativePath(Repository.Root, full).Replace('\\', '/');
            if (path.StartsWith("artifacts/", StringComparison.Ordinal) || path.StartsWith("..", StringComparison.Ordinal)) return link;
            if (Path.GetExtension(path) == ".ipynb") return link[..^".ipynb".Length] + ".html";
            if (!File.Exists(full)) return link;

            linked.Enqueue(path);
            string name = Path.GetFileName(Target(path));
            return link[..(link.LastIndexOf('/') + 1)] + name;
        }
    }

    private static string Contents(string[] pages)
    {
        StringBuilder toc = new();
        Section("Notebooks", [.. pages.OrderBy(page => page != "notebooks/index.html")], page => Title().Match(File.ReadAllText(Repository.PathOf("artifacts", page))));
        foreach ((string section, string[] files) in Sections) Section(section, files, file => Heading().Match(File.ReadAllText(Repository.PathOf(file))));
        return toc.Append("- name: API\n  href: api/toc.yml\n").ToString();

        void Section(string name, string[] files, Func<string, Match> title)
        {
            toc.Append($"- name: {name}\n  items:\n");
            foreach (string file in files) toc.Append($"  - name: '{title(file).Groups[1].Value.Replace("'", "''", StringComparison.Ordinal)}'\n    href: {Target(file)}\n");
        }
    }

    [GeneratedRegex(@"\]\((?!\w+:)([^)#\s]+)")]
    private static partial Regex MarkdownLink();

    [GeneratedRegex("""<a([^>]*) href="(?!\w+:)([^"#?]+)""")]
    private static partial Regex HtmlLink();

    [GeneratedRegex("<title>(.*?)</title>")]
    private static partial Regex Title();

    [GeneratedRegex(@"^# (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
