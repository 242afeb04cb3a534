using System.Text;
using System.Text.Json;

namespace LstmLab.Sweeps;

/// <summary>What a sweep has found so far: one file for each finished trial, in a folder beside the declaration.</summary>
/// <remarks>A file is written under another name, flushed to the disk and renamed, so it is whole or not there. It depends on the trial
/// and the program's answer alone: no times, no machines.</remarks>
public sealed class ResultFolder
{
    private readonly Sweep _sweep;

    /// <summary>The folder of a sweep: <c>toy.results</c> for toy.json.</summary>
    public ResultFolder(Sweep sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        _sweep = sweep;
        Path = System.IO.Path.ChangeExtension(sweep.Path, ".results");
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The trials that have no result yet, in the sweep's order.</summary>
    public IReadOnlyList<Trial> Missing()
    {
        HashSet<string> done = [.. Names("*.json")];
        return [.. _sweep.Trials.Where(trial => !done.Contains(trial.Id))];
    }

    /// <summary>Why a trial failed when it ran last; null if it did not.</summary>
    public string? FailureOf(Trial trial) => File.Exists(PathOf(trial, ".failed")) ? File.ReadAllText(PathOf(trial, ".failed")) : null;

    /// <summary>The folder where a trial keeps its checkpoints; it exists after this.</summary>
    public string CheckpointsOf(Trial trial) => Directory.CreateDirectory(PathOf(trial, ".checkpoints")).FullName;

    /// <summary>The answer of a finished trial; null if it has none.</summary>
    /// <exception cref="SweepException">The file is damaged.</exception>
    public JsonElement? ResultOf(Trial trial)
    {
        string path = PathOf(trial, ".json");
        if (!File.Exists(path)) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            return document.RootElement.GetProperty("result").Clone();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new SweepException($"{path} is no result of a trial: {error.Message} Delete it, and run the sweep again.", error);
        }
    }

    /// <summary>Keeps the answer of a trial, and deletes its checkpoints.</summary>
    internal void Save(Trial trial, JsonElement answer)
    {
        using JsonDocument result = JsonDocument.Parse(JsonSerializer.Serialize(
            new { id = trial.Id, parameters = trial.Parameters, result = answer, seed = trial.Seed }));
        Write(PathOf(trial, ".json"), [.. CanonicalJson.Write(result.RootElement), (byte)'\n']);
        File.Delete(PathOf(trial, ".failed"));
        if (Directory.Exists(PathOf(trial, ".checkpoints"))) Directory.Delete(PathOf(trial, ".checkpoints"), recursive: true);
    }

    /// <summary>Keeps why a trial failed.</summary>
    internal void Fail(Trial trial, string reason) => Write(PathOf(trial, ".failed"), Encoding.UTF8.GetBytes(reason + "\n"));

    /// <summary>Deletes what a run that was killed while it wrote has left of these trials.</summary>
    internal void Clean(IEnumerable<Trial> trials)
    {
        foreach (Trial trial in trials)
        {
            if (!Directory.Exists(System.IO.Path.GetDirectoryName(PathOf(trial, "")))) continue;
            foreach (string kind in (string[])[".json", ".failed"]) File.Delete(PathOf(trial, kind) + ".tmp");
        }
    }

    /// <summary>Writes a file whole or not at all.</summary>
    internal static void Write(string path, byte[] content)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, stream => stream.Write(content));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException(error.Message, error);
        }
    }

    // In 256 folders: file systems and people dislike one of ten thousand files.
    private string PathOf(Trial trial, string kind) => System.IO.Path.Combine(Path, trial.Id[..2], trial.Id + kind);

    private IEnumerable<string> Names(string pattern) => !Directory.Exists(Path) ? []
        : Directory.EnumerateFiles(Path, pattern, SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetFileNameWithoutExtension(file));
}
