using System.Text.Json;

namespace LstmLab.Sweeps;

/// <summary>
/// A declared set of trials, read from a JSON file with comments:
/// <code>
/// {
///   "command": ["dotnet", "run", "toy.cs"],                    // answers trials, see TrialProgram
///   "grid": { "units": [2, 4, 8], "repeat": [1, 2, 3] },       // every combination
///   "list": [ { "units": 3, "repeat": 1 } ],                   // these
///   "random": { "trials": 50, "seed": 1, "parameters": {       // drawn from ranges
///     "rate": { "from": 0.0001, "to": 0.1, "scale": "log" }, "units": { "from": 2, "to": 64, "integers": true },
///     "cell": ["lstm", "gru"] } },
///   "trialsPerTask": 100                                       // how many a task of a scheduler runs one after another
/// }
/// </code></summary>
/// <remarks>Of grid, list and random there must be at least one; the trials are theirs in this order, each once.</remarks>
public sealed class Sweep
{
    private static readonly string[] Keys = ["command", "grid", "list", "random", "trialsPerTask"];
    private static readonly JsonDocumentOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private Sweep(string path, string[] command, Trial[] trials, int trialsPerTask)
    {
        Path = path;
        Command = command;
        Trials = trials;
        TrialsPerTask = trialsPerTask;
    }

    /// <summary>The file, absolute.</summary>
    public string Path { get; }

    /// <summary>The program that answers trials, and its arguments. It is started in the file's folder.</summary>
    public IReadOnlyList<string> Command { get; }

    /// <summary>The trials in their order.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>How many trials a task runs, at most.</summary>
    public int TrialsPerTask { get; }

    /// <summary>How many tasks there are.</summary>
    public int TaskCount => (Trials.Count + TrialsPerTask - 1) / TrialsPerTask;

    /// <summary>The trials of a task: the same ones, whatever has been done already.</summary>
    /// <param name="task">Its number, from 0.</param>
    /// <exception cref="SweepException">There is no such task.</exception>
    public IReadOnlyList<Trial> TrialsOf(int task) => task >= 0 && task < TaskCount
        ? [.. Trials.Skip(task * TrialsPerTask).Take(TrialsPerTask)]
        : throw new SweepException($"{Path} has tasks 0 to {TaskCount - 1}, but task {task} was asked for.");

    /// <summary>Reads a declaration.</summary>
    /// <exception cref="SweepException">The file is missing or something else.</exception>
    public static Sweep Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path), Reading);
            return Read(System.IO.Path.GetFullPath(path), document.RootElement);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException
            or FormatException or KeyNotFoundException)
        {
            throw new SweepException($"{path} cannot be read as a sweep: {error.Message}", error);
        }
    }

    private static Sweep Read(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new JsonException("It must be an object with a command and trials.");
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!Keys.Contains(property.Name))
                throw new JsonException($"'{property.Name}' is none of its keys: {string.Join(", ", Keys)}.");
        }

        string[] command = root.TryGetProperty("command", out JsonElement words)
            ? [.. words.EnumerateArray().Select(word => word.GetString()!)]
            : [];
        if (command.Length == 0)
            throw new JsonException("'command' must name the program that answers trials, e.g. [\"dotnet\", \"run\", \"toy.cs\"].");
        int perTask = root.TryGetProperty("trialsPerTask", out JsonElement size) ? size.GetInt32() : 1;
        if (perTask < 1) throw new JsonException($"'trialsPerTask' must be at least 1, but is {perTask}.");

        List<Trial> trials = [];
        HashSet<string> seen = [];
        foreach (JsonElement parameters in ParameterSpace.All(root))
        {
            Trial trial = new(parameters);
            if (seen.Add(trial.Id)) trials.Add(trial);
        }

        if (trials.Count == 0) throw new JsonException("It has no trials: add a 'grid', a 'list' or a 'random' search.");
        return new(path, command, [.. trials], perTask);
    }
}
