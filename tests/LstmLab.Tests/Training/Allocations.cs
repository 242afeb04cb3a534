
namespace LstmLab.Tests.Training;

/// <summary>Counts what an epoch of training allocates.</summary>
internal static class Allocations
{
    /// <summary>Bytes of the third epoch, when it has this many steps.</summary>
    public static long OfAnEpoch(int steps)
    {
        Dataset<float> samples = RunningMean.Dataset<float>(count: 64);
        Marks marks = new();
        RunningMean.Model<float>(dropout: 0.2).Train(
            samples.X, samples.Y, new MeanSquaredError(), new Adam(), epochs: 3, batchSize: 64 / steps, clipping: new ClipByNorm(1), progress: marks);
        return marks.Bytes;
    }

    private sealed class Marks : IProgress<EpochReport>
    {
        private long _before;

        public long Bytes { get; private set; }

        public void Report(EpochReport value)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            (Bytes, _before) = (now - _before, now);
        }
    }
}
