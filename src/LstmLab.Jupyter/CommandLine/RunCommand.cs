using System.CommandLine;
using System.Globalization;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Export;
using LstmLab.Jupyter.Notebooks;
using LstmLab.Jupyter.Running;

namespace LstmLab.Jupyter.CommandLine;

/// <summary><c>lstmlab run</c>.</summary>
internal static class RunCommand
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int Misused = 2;

    private const double LongestTimeout = 24 * 3600;

    public static Command Create()
    {
        var paths = new Argument<string[]>("paths")
        {
            Description = "Notebooks (*.ipynb, *.dib), or folders that are searched with their subfolders.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "Folder for the executed notebooks and their HTML pages.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "artifacts/notebooks",
        };
        var timeout = new Option<double>("--timeout")
        {
            Description = "Longest time one cell may take, in seconds. After a cell that takes longer nothing more is run.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 600,
            CustomParser = result =>
            {
                if (!double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var seconds)
                    || seconds is not (> 0 and <= LongestTimeout))
                {
                    result.AddError(
                        $"--timeout is '{result.Tokens[0].Value}', but must be more than 0 and at most {LongestTimeout} seconds.");
                }

                return seconds;
            },
        };
        var command = new Command("run", """
            Runs notebooks from top to bottom, each in a fresh session, and writes the executed notebooks and self-contained HTML pages;
            for a folder also index.html, from the folder's README.md if there is one. Pages follow one another in the order of its links.
            The given files are never changed. A failing cell ends its notebook, the next notebook is run all the same.
            Exit code: 0 everything succeeded, 1 a cell or a page failed or one of the notebooks is of another language,
            2 nothing was run because the command line or a file is wrong.
            """)
        {
            paths, output, timeout,
        };
        command.SetAction((parsed, cancellation) => parsed.InvocationConfiguration.Output == Console.Out && !CellNotes.AreRead
            ? WatchedRun.StartAsync(parsed.Tokens.Select(token => token.Value), parsed.InvocationConfiguration.Error)
            : RunAsync(
                parsed.GetValue(paths)!,
                parsed.GetValue(output)!,
                TimeSpan.FromSeconds(parsed.GetValue(timeout)),
                parsed.InvocationConfiguration,
                cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string[] paths, string output, TimeSpan timeout, InvocationConfiguration configuration, CancellationToken cancellation)
    {
        Queue<(Notebook Notebook, string Output)> notebooks;
        try
        {
            notebooks = new(NotebookSearch.Find(paths, output).Select(job => (Notebook.Read(job.Path), job.Output)));
            EnsureWritable(output);
        }
        catch (NotebookException exception)
        {
            await configuration.Error.WriteLineAsync($"lstmlab: {exception.Message}").ConfigureAwait(false);
            return Misused;
        }

        foreach (var (notebook, _) in notebooks.Where(job => job.Notebook.Refusal is not null))
        {
            await configuration.Error.WriteLineAsync($"lstmlab: {notebook.Refusal}").ConfigureAwait(false);
        }

        if (notebooks.All(job => job.Notebook.Refusal is not null)) return Misused;

        var console = configuration.Output;
        var isTerminal = console == Console.Out && !Console.IsOutputRedirected;
        var progress = new ConsoleProgress(console, isTerminal ? Math.Max(Console.WindowWidth, 20) : null);
        if (console == Console.Out) DescriptorOutput.Capture(CellNotes.ErrorPipe);
        var folder = paths.FirstOrDefault(Directory.Exists);
        var index = Path.Combine(output, "index.html");
        var series = NotebookSearch.Series(
            paths, output, [.. notebooks.Select(job => job.Notebook).Where(notebook => notebook.Refusal is null)],
            folder is not null || File.Exists(index) ? index : null);
        var runner = new NotebookRunner(timeout, progress, series);
        var results = new List<NotebookResult>();
        while (notebooks.TryDequeue(out var job))
        {
            var (notebook, target) = job;
            var stop = cancellation.IsCancellationRequested || results.Any(result => result.Stuck);
            var reason = notebook.Refusal is not null ? "another language" : stop ? "not run" : null;
            results.Add(reason is not null
                ? new NotebookResult(notebook.Path, 0, notebook.Cells.Count(cell => cell.IsToRun), TimeSpan.Zero, reason, Stuck: false)
                : await runner.RunAsync(notebook, target, cancellation).ConfigureAwait(false));
        }

        progress.Table(results);
        await console.WriteLineAsync($"\nExecuted notebooks and pages: {output}").ConfigureAwait(false);
        var succeeded = results.TrueForAll(result => result.Succeeded);
        if (folder is not null)
        {
            succeeded &= WriteIndex(folder, index, series, progress);
            await console.WriteLineAsync($"Open {index}").ConfigureAwait(false);
        }

        return succeeded ? Succeeded : Failed;
    }

    /// <summary>Writes the page from which a reader reaches the others; false if it has errors.</summary>
    private static bool WriteIndex(string folder, string path, NotebookSeries series, ConsoleProgress progress)
    {
        var page = IndexPage.Render(folder, Path.GetDirectoryName(Path.GetFullPath(path))!, series);
        Notebook.WriteFile(path, page.Content);
        foreach (var message in page.Notes)
        {
            progress.PageNoted(message);
        }

        foreach (var message in page.Errors)
        {
            progress.PageFailed(message);
        }

        return page.Errors.Count == 0;
    }

    private static void EnsureWritable(string output)
    {
        try
        {
            Directory.CreateDirectory(output);
            var probe = Path.Combine(output, ".lstmlab-probe");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"{output}: cannot be written: {exception.Message}", exception);
        }
    }
}
