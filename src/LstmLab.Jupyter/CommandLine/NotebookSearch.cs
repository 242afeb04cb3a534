using LstmLab.Jupyter.Export;
using LstmLab.Jupyter.Notebooks;

namespace LstmLab.Jupyter.CommandLine;

/// <summary>A notebook to run and where its result goes.</summary>
internal sealed record NotebookJob(string Path, string Output);

/// <summary>Turns the files and folders of the command line into notebooks to run.</summary>
internal static class NotebookSearch
{
    /// <summary>Folders are searched with their subfolders, in order of names, without hidden folders and the output folder.</summary>
    /// <exception cref="NotebookException">A path does not exist, nothing was found, or two results would have one name.</exception>
    public static IReadOnlyList<NotebookJob> Find(IEnumerable<string> paths, string outputFolder)
    {
        var jobs = new List<NotebookJob>();
        foreach (var path in paths)
        {
            if (File.Exists(path))
            {
                if (!IsNotebook(path))
                {
                    throw new NotebookException($"{path}: not a notebook: the name must end with .ipynb or .dib.");
                }

                jobs.Add(new NotebookJob(path, Output(Path.GetFileName(path))));
            }
            else if (Directory.Exists(path))
            {
                var found = InFolder(path, Path.GetFullPath(outputFolder)).ToList();
                if (found.Count == 0)
                {
                    throw new NotebookException($"{path}: the folder holds no notebook (*.ipynb, *.dib).");
                }

                jobs.AddRange(found.Select(file => new NotebookJob(file, Output(Path.GetRelativePath(path, file)))));
            }
            else
            {
                throw new NotebookException($"{path}: no such file or folder.");
            }
        }

        foreach (var same in jobs.GroupBy(job => job.Output, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            throw new NotebookException(
                $"{string.Join(" and ", same.Select(job => job.Path))} would both be written to {same.Key}: "
                + "run them with different --output folders.");
        }

        if (jobs.FirstOrDefault(job => Path.GetFullPath(job.Path) == Path.GetFullPath(job.Output)) is { } itself)
        {
            throw new NotebookException($"{itself.Path}: would be overwritten by its own result: choose another --output folder.");
        }

        return jobs;

        string Output(string name) => Path.ChangeExtension(Path.Combine(outputFolder, name), ".ipynb");
    }

    /// <summary>
    /// The notebooks whose pages link to one another: those of the run, and those beside them whose pages earlier runs have written.
    /// </summary>
    /// <param name="paths">Files and folders as given.</param>
    /// <param name="outputFolder">Where the results go.</param>
    /// <param name="running">The notebooks of the run.</param>
    /// <param name="index">The file of the index, or null where there is none.</param>
    public static NotebookSeries Series(
        IReadOnlyList<string> paths, string outputFolder, IReadOnlyCollection<Notebook> running, string? index)
    {
        var entries = paths.Select(path => Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!)
            .DistinctBy(Path.GetFullPath)
            .SelectMany(folder => InFolder(folder, Path.GetFullPath(outputFolder)).Select(source => Entry(folder, source)))
            .OfType<SeriesEntry>()
            .DistinctBy(entry => Path.GetFullPath(entry.Source));
        return new NotebookSeries(entries, Readme(paths), index);

        SeriesEntry? Entry(string folder, string source)
        {
            var page = Path.ChangeExtension(Path.Combine(outputFolder, Path.GetRelativePath(folder, source)), ".html");
            var notebook = running.FirstOrDefault(given => Path.GetFullPath(given.Path) == Path.GetFullPath(source));
            if (notebook is null && !File.Exists(page)) return null;

            try
            {
                return new SeriesEntry(source, page, NotebookSeries.Title(notebook ?? Notebook.Read(source)));
            }
            catch (NotebookException)
            {
                // What stands beside the notebooks of the run is not this run's.
                return null;
            }
        }
    }

    private static string Readme(IReadOnlyList<string> paths)
    {
        var folder = paths.FirstOrDefault(Directory.Exists) ?? Path.GetDirectoryName(Path.GetFullPath(paths[0]))!;
        return Path.Combine(folder, "README.md");
    }

    private static bool IsNotebook(string path) => Path.GetExtension(path).ToUpperInvariant() is ".IPYNB" or ".DIB";

    private static IEnumerable<string> InFolder(string folder, string outputFolder) =>
        Directory.EnumerateFiles(folder).Where(IsNotebook).Order(StringComparer.Ordinal)
            .Concat(Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
                .Where(child => !Path.GetFileName(child).StartsWith('.') && Path.GetFullPath(child) != outputFolder)
                .SelectMany(child => InFolder(child, outputFolder)));
}
