namespace LstmLab;

/// <summary>The random streams of one cell, one for each purpose, moved to the place that belongs to a training step, a time and a
/// sequence.</summary>
internal sealed class CellRandom
{
    // A step owns 2¹⁶ blocks of two numbers; times and sequences are counted in 24 bits each.
    private const int BitsOfStep = 16, BitsOfSequence = 24;

    private readonly Dictionary<string, RandomStream> _streams = [];

    /// <summary>The experiment's seed.</summary>
    public ulong Seed { get; private set; }

    /// <summary>Number of the training step.</summary>
    public int Step { get; private set; }

    /// <summary>Number of the batch's first sequence.</summary>
    public int FirstSequence { get; private set; }

    /// <summary>Number that tells this cell's streams from those of other cells.</summary>
    public int Stream
    {
        get;
        set
        {
            if (field != value) _streams.Clear();
            field = value;
        }
    }

    /// <summary>Says which training step comes.</summary>
    public void Begin(ulong seed, int step, int firstSequence)
    {
        if (seed != Seed) _streams.Clear();
        Seed = seed;
        Step = step;
        FirstSequence = firstSequence;
    }

    /// <summary>The stream of a purpose at the first number of a time and sequence.</summary>
    public RandomStream Of(string purpose, int time, int sequence)
    {
        if (!_streams.TryGetValue(purpose, out RandomStream? stream)) _streams[purpose] = stream = new(Seed, $"{purpose} {Stream}");
        stream.Seek(Step, ((ulong)time << (BitsOfStep + BitsOfSequence)) | ((ulong)(FirstSequence + sequence) << BitsOfStep));
        return stream;
    }
}
