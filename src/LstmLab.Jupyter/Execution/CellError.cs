using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using LstmLab.Jupyter.Packages;
using Microsoft.CodeAnalysis;

namespace LstmLab.Jupyter.Execution;

/// <summary>Why a cell failed, in Jupyter's terms.</summary>
/// <param name="Name">Full name of the exception, or "CompilationError".</param>
/// <param name="Value">The message; of a compilation, its first error.</param>
/// <param name="Traceback">The lines a reader is shown, the first with name and message.</param>
/// <param name="Line">The line of the failing cell, from 1, where one is known.</param>
internal sealed partial record CellError(string Name, string Value, IReadOnlyList<string> Traceback, int? Line)
{
    public const string CompilationError = "CompilationError";

    private static readonly string[] Hosts =
        ["at Microsoft.CodeAnalysis.Scripting.", "at Microsoft.DotNet.Interactive.Kernel", "at LstmLab.Jupyter.Polyglot."];

    public static CellError FromDiagnostics(IEnumerable<Diagnostic> errors, string cellName)
    {
        var lines = new List<string>();
        int? cellLine = null;
        string? first = null;
        foreach (var error in errors)
        {
            var span = error.Location.GetLineSpan();
            var inCell = span.Path.Length == 0 || Path.GetFileName(span.Path) == cellName;
            var place = inCell ? "line" : $"{Path.GetFileName(span.Path)}, line";
            var message = $"{error.Id}: {error.GetMessage()}{Hint(error)}";
            first ??= message;
            cellLine ??= inCell ? span.StartLinePosition.Line + 1 : null;
            lines.Add($"{place} {span.StartLinePosition.Line + 1}, column {span.StartLinePosition.Character + 1}: {message}");
            if (error.Location.SourceTree is { } tree)
            {
                lines.Add("    " + tree.GetText().Lines[span.StartLinePosition.Line].ToString().Replace('\t', ' '));
                lines.Add("    " + new string(' ', span.StartLinePosition.Character) + "^");
            }
        }

        return new CellError(CompilationError, first ?? "unknown", [CompilationError, .. lines], cellLine);
    }

    public static CellError FromException(Exception exception, string cellName)
    {
        var cause = Unwrap(exception);
        var traceback = new List<string>();
        int? line = null;
        for (var inner = cause; inner is not null; inner = inner.InnerException)
        {
            var label = inner == cause ? "" : "caused by ";
            traceback.AddRange($"{label}{inner.GetType().FullName}: {inner.Message}".Split('\n'));
            foreach (var (frame, times) in Collapse(Frames(inner)))
            {
                traceback.Add($"   {frame}{(times > 1 ? $" ({times} times)" : "")}");
                if (line is null && CellFrame().Match(frame) is { Success: true } match && match.Groups["cell"].Value == cellName)
                {
                    line = int.Parse(match.Groups["line"].Value);
                }
            }
        }

        return new CellError(cause.GetType().FullName!, cause.Message, traceback, line);
    }

    /// <summary>A failure that has no exception, such as a time limit.</summary>
    public static CellError Of(string name, string message) => new(name, message, [$"{name}: {message}"], null);

    /// <summary>A package that cannot be had.</summary>
    public static CellError OfPackage(PackageException exception) =>
        new(nameof(PackageException), exception.Message, [$"line {exception.Line}: {exception.Message}"], exception.Line);

    /// <summary>The cell was interrupted, whatever it made of that; the frames say where.</summary>
    public static CellError OfInterrupt(Exception met, string cellName)
    {
        var error = FromException(met, cellName);
        var interrupt = new KernelInterruptedException();
        return error with
        {
            Name = nameof(KernelInterruptedException),
            Value = interrupt.Message,
            Traceback =
            [
                $"{nameof(KernelInterruptedException)}: {interrupt.Message}",
                .. error.Traceback.Where(line => line.StartsWith("   at ", StringComparison.Ordinal))
            ],
        };
    }

    private static Exception Unwrap(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Unwrap(only),
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        _ => exception,
    };

    /// <summary>The frames from where it was thrown down to the cell, without folders and without what runs the cell.</summary>
    private static IEnumerable<string> Frames(Exception exception)
    {
        foreach (var raw in new StackTrace(exception, fNeedFileInfo: true).ToString().Split('\n'))
        {
            var frame = raw.Trim();
            if (!frame.StartsWith("at ", StringComparison.Ordinal))
            {
                continue;
            }

            var isTopLevel = frame.StartsWith("at <StartupCode$FSI_", StringComparison.Ordinal)
                || (frame.StartsWith("at Submission#", StringComparison.Ordinal)
                    && frame.Contains("<Initialize>", StringComparison.Ordinal));

            // What runs cells is no news to their reader.
            if (Hosts.Any(host => frame.StartsWith(host, StringComparison.Ordinal))) yield break;

            if (frame.StartsWith($"at {typeof(RunningCell).Namespace}.", StringComparison.Ordinal)
                || frame.StartsWith($"at {typeof(CellInterrupt).FullName}.", StringComparison.Ordinal))
            {
                continue;
            }

            frame = SubmissionName().Replace(frame, "at ");
            yield return FilePlace().Replace(isTopLevel ? TopLevel().Replace(frame, "at top level") : frame, " in ${file}, line ${line}");
            if (isTopLevel)
            {
                yield break;
            }
        }
    }

    /// <summary>A recursion is one line.</summary>
    private static IEnumerable<(string Frame, int Times)> Collapse(IEnumerable<string> frames)
    {
        (string Frame, int Times) last = ("", 0);
        foreach (var frame in frames)
        {
            if (frame == last.Frame)
            {
                last.Times++;
                continue;
            }

            if (last.Times > 0) yield return last;
            last = (frame, 1);
        }

        if (last.Times > 0) yield return last;
    }

    private static string Hint(Diagnostic error) =>
        error.Id == "CS0006" && error.GetMessage().Contains("nuget:", StringComparison.OrdinalIgnoreCase)
        ? ". A file that #load brings in cannot name packages: put this line into a cell of the notebook, above the #load."
        : MissingUsings.Hint(error);

    [GeneratedRegex(@"^at (Submission#\d+|FSI_\d+)\.")]
    private static partial Regex SubmissionName();

    [GeneratedRegex(@"^at .*(<Initialize>|StartupCode\$FSI_).*?\(\)")]
    private static partial Regex TopLevel();

    [GeneratedRegex(@" in (.*[\\/])?(?<file>[^\\/]+):line (?<line>\d+)$")]
    private static partial Regex FilePlace();

    [GeneratedRegex(@" in (?<cell>cell \d+), line (?<line>\d+)$")]
    private static partial Regex CellFrame();
}
