namespace LstmLab;

/// <summary>The sequences From … To − 1 of a batch, which one worker has.</summary>
internal readonly record struct SequenceRange(int From, int To)
{
    /// <summary>How many.</summary>
    public int Count => To - From;
}

/// <summary>
/// How a batch is cut: in time into segments, whose steps have room in memory at once, and among workers by sequences or, step by step,
/// by units.
/// </summary>
/// <param name="reverse">Whether each sequence is read from its own last step to its first.</param>
/// <remarks>Steps s are counted in reading order within the present segment.</remarks>
internal sealed class BatchPlan(bool reverse)
{
    private IReadOnlyList<int>? _lengths;

    /// <summary>T, the number of steps.</summary>
    public int T { get; private set; }

    /// <summary>B, the number of sequences.</summary>
    public int B { get; private set; }

    /// <summary>What the backward pass will find.</summary>
    public SavedActivations Saved { get; private set; }

    /// <summary>Steps of a segment: T, or √T when steps are computed again.</summary>
    public int SegmentSteps { get; private set; }

    /// <summary>Number of segments.</summary>
    public int Segments => (T + SegmentSteps - 1) / SegmentSteps;

    /// <summary>
    /// States that there is room for: those before each step of a segment and after its last; two, used in turn, when nothing is saved.
    /// </summary>
    public int Room { get; private set; }

    /// <summary>The present segment.</summary>
    public int Segment { get; private set; }

    /// <summary>Steps of the present segment.</summary>
    public int Steps { get; private set; }

    /// <summary>Parts that the sequences are cut into, each unrolled by one worker.</summary>
    public int Parts { get; private set; }

    /// <summary>
    /// Partitions that the units of each step are cut into, with a barrier at the end of the step. More than 1 only if there is one part.
    /// </summary>
    public int UnitPartitions { get; private set; }

    /// <summary>Workers of everything that is cut neither by sequences nor by steps, such as packing weights.</summary>
    public int WorkerCount => Math.Max(Parts, UnitPartitions);

    /// <summary>Plans a pass.</summary>
    /// <param name="timeSteps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">Length of each sequence; all T when null.</param>
    /// <param name="saved">What the backward pass will find.</param>
    /// <param name="workOfSequence">Multiply-adds of one step of one sequence.</param>
    public void Begin(int timeSteps, int batch, IReadOnlyList<int>? lengths, SavedActivations saved, long workOfSequence)
    {
        (T, B, Saved, _lengths) = (timeSteps, batch, saved, lengths);
        SegmentSteps = saved == SavedActivations.Checkpoints ? (int)Math.Ceiling(Math.Sqrt(T)) : T;
        Room = saved == SavedActivations.None ? 2 : SegmentSteps + 1;
        // Forward and backward pass are cut the same way: what a worker has computed should be near when it goes on with it.
        long workOfStep = B * workOfSequence;
        bool cutsBatch = SegmentSteps * workOfStep >= Workers.MinWorkToParallelizeBatch;
        Parts = cutsBatch ? Math.Clamp((B + Tiles.Rows - 1) / Tiles.Rows, 1, Threads.Count) : 1;
        UnitPartitions = B > Tiles.Rows || workOfStep < Workers.MinWorkToParallelizeStep ? 1 : Threads.Count;
        Enter(0);
    }

    /// <summary>Makes a segment the present one.</summary>
    public void Enter(int segment)
    {
        Segment = segment;
        Steps = Math.Min(SegmentSteps, T - (segment * SegmentSteps));
    }

    /// <summary>The sequences of a part; none for a worker beyond the parts.</summary>
    public SequenceRange Sequences(int part)
    {
        if (part >= Parts) return default;
        if (Parts == 1) return new(0, B);
        (int from, int to) = Tiles.Partition(B, part, Parts);
        return new(from, to);
    }

    /// <summary>The part of a sequence.</summary>
    public SequenceRange PartOf(int b)
    {
        int part = 0;
        SequenceRange sequences = Sequences(0);
        while (b >= sequences.To) sequences = Sequences(++part);
        return sequences;
    }

    /// <summary>Whether a sequence is over before step s.</summary>
    public bool Ended(int s, int b) => _lengths is not null && (Segment * SegmentSteps) + s >= _lengths[b];

    /// <summary>The time t that a sequence reads in step s.</summary>
    public int TimeOf(int s, int b)
    {
        int length = _lengths is null ? T : _lengths[b], at = (Segment * SegmentSteps) + s;
        return reverse && at < length ? length - 1 - at : at;
    }

    /// <summary>The row of step s of a sequence in a buffer of inputs, states or gates.</summary>
    public nint Row(int s, int b, SequenceRange part) => Row(Room, Saved == SavedActivations.None ? s & 1 : s, b, part);

    /// <summary>The same in a buffer that has room for so many steps of each sequence.</summary>
    /// <remarks>The rows of a part are contiguous and apart from those of other parts: a cache line that one worker writes and another
    /// reads is slow.</remarks>
    public static nint Row(int room, int s, int b, SequenceRange part) =>
        ((nint)room * part.From) + ((nint)s * part.Count) + (b - part.From);
}
