using System.Diagnostics;
using System.Globalization;

namespace LstmLab.Formats;

/// <summary>
/// Keeps a training in a folder, so that it can be killed at any moment and lose only what came after the last save:
/// <c>model.Train(…, checkpoints: new Checkpoints("runs/weather"))</c>, typed again, goes on and ends with the very same bits.
/// </summary>
/// <remarks>A file step-000000123.checkpoint holds the model, the optimizer's memory, the position in epoch and data, from which all
/// random streams and the schedule follow, and the history. It is written under another name, flushed to the disk and renamed.</remarks>
public sealed class Checkpoints : Checkpointing
{
    private readonly string _folder;
    private readonly int _keep;
    private readonly TimeSpan _every;
    private readonly bool _skipDamaged;
    private readonly Stopwatch _sinceSave = Stopwatch.StartNew();

    /// <summary>Chooses the folder of one training.</summary>
    /// <param name="folder">Made if it is missing.</param>
    /// <param name="keep">Files kept, the latest; at least 1.</param>
    /// <param name="every">Time between saves; a minute when omitted. A training that ends or is cancelled saves once more.</param>
    /// <param name="skipDamaged">Whether a damaged latest file is passed over for the one before it; otherwise it is an error.</param>
    /// <exception cref="ArgumentOutOfRangeException">keep is below 1, or every negative.</exception>
    public Checkpoints(string folder, int keep = 3, TimeSpan? every = null, bool skipDamaged = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(every ?? TimeSpan.Zero, TimeSpan.Zero, nameof(every));
        (_folder, _keep, _every, _skipDamaged) = (folder, keep, every ?? TimeSpan.FromMinutes(1), skipDamaged);
    }

    /// <summary>The files, latest first; each opens with <see cref="Model.Load"/> too.</summary>
    public IReadOnlyList<string> Files => [.. Steps().Select(PathOf)];

    internal override bool IsDue => _sinceSave.Elapsed >= _every;

    internal override TrainingState<T>? Latest<T>(Module<T> model)
    {
        MakeFolder();
        RemoveHalfWritten();
        foreach (string path in Files)
        {
            try
            {
                return CheckpointFile.LoadState(path, model);
            }
            catch (ModelFileException) when (_skipDamaged)
            {
            }
            catch (ModelFileException error)
            {
                throw new IOException(
                    $"{error.Message} Delete it, or pass skipDamaged: true, and the training goes on from the file before it.", error);
            }
        }

        return null;
    }

    internal override void Save<T>(Module<T> model, TrainingState<T> state)
    {
        int step = state.Position.Step;
        CheckpointFile.Save(model, PathOf(step), state);
        // Later steps than this one's are damaged files that were passed over: they are nobody's to delete.
        foreach (int old in Steps().Where(other => other <= step).Skip(_keep)) File.Delete(PathOf(old));
        _sinceSave.Restart();
    }

    // What a training that was killed while it saved has left; a file is whole only under its own name.
    private void RemoveHalfWritten()
    {
        foreach (FileInfo file in new DirectoryInfo(_folder).EnumerateFiles("step-*.checkpoint.tmp"))
        {
            if (file.LinkTarget is null) file.Delete();
        }
    }

    // A folder that cannot be made shall be known before hours of training.
    private void MakeFolder()
    {
        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Checkpoints cannot be kept in '{_folder}': {error.Message}", error);
        }
    }

    private string PathOf(int step) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"step-{step:D9}.checkpoint"));

    private IEnumerable<int> Steps() => !Directory.Exists(_folder) ? [] :
        Directory.EnumerateFiles(_folder, "step-*.checkpoint").Select(StepOf).Where(step => step >= 0).OrderDescending();

    // −1 for a file of another name.
    private int StepOf(string path)
    {
        ReadOnlySpan<char> digits = Path.GetFileNameWithoutExtension(path).AsSpan(5);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int step) && PathOf(step) == path ? step : -1;
    }
}
