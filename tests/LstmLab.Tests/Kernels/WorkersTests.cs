using Xunit;

namespace LstmLab.Tests.Kernels;

public class WorkersTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    public void Each_part_is_done_once_by_threads_awake_asleep_or_busy(int parts, bool brief)
    {
        Counting work = new(parts);
        for (int round = 1; round <= 300; round++)
        {
            // Now and then long enough for the workers to fall asleep.
            if (round % 100 == 0) Thread.Sleep(20);
            Workers.Run(work, parts, brief);
            Assert.All(work.Done, done => Assert.Equal(round, done));
        }
    }

    [Fact]
    public void A_second_caller_at_the_same_time_does_all_parts_itself()
    {
        Counting[] works = [new(3), new(3), new(3)];
        Parallel.ForEach(works, work =>
        {
            for (int round = 0; round < 2000; round++) Workers.Run(work, 3);
        });
        Assert.All(works, work => Assert.All(work.Done, done => Assert.Equal(2000, done)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_part_that_fails_fails_the_whole_and_the_next_work_is_done(int failing)
    {
        Assert.ThrowsAny<InvalidOperationException>(() => Workers.Run(new Failing(failing), 3));
        Counting work = new(3);
        Workers.Run(work, 3);
        Assert.Equal([1, 1, 1], work.Done);
    }

    private sealed class Counting(int parts) : IParallelWork
    {
        public int[] Done { get; } = new int[parts];

        public void Run(int part) => Interlocked.Increment(ref Done[part]);
    }

    private sealed class Failing(int failing) : IParallelWork
    {
        public void Run(int part)
        {
            if (part == failing) throw new InvalidOperationException($"Part {part} fails.");
        }
    }
}
