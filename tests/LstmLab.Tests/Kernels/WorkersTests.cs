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
            Workers.Run(work.Run, parts, brief);
            Assert.All(work.Done, done => Assert.Equal(round, done));
        }
    }

    [Fact]
    public void A_second_caller_at_the_same_time_does_all_parts_itself()
    {
        Counting[] works = [new(3), new(3), new(3)];
        Parallel.ForEach(works, work =>
        {
            for (int round = 0; round < 2000; round++) Workers.Run(work.Run, 3);
        });
        Assert.All(works, work => Assert.All(work.Done, done => Assert.Equal(2000, done)));
    }

    [Fact]
    public void A_run_inside_a_part_does_all_its_parts_itself()
    {
        Counting inner = new(3);
        for (int round = 1; round <= 100; round++)
        {
            Workers.Run(_ => Workers.Run(inner.Run, 3), 2);
            Assert.All(inner.Done, done => Assert.Equal(2 * round, done));
        }
    }

    [Fact]
    public void An_interrupt_never_lets_a_run_return_before_its_parts_are_done()
    {
        const int runs = 3000;
        int early = 0, interrupted = 0;
        Thread caller = new(() =>
        {
            for (int run = 0; run < runs; run++)
            {
                Counting work = new(3, spins: 20 + (run % 7 * 50));
                try
                {
                    Workers.Run(work.Run, 3);
                    if (work.Done.Any(done => done != 1)) early++;
                    // Where an interrupt that is pending arrives, and so cannot end the loop somewhere else.
                    Thread.Sleep(0);
                }
                catch (ThreadInterruptedException)
                {
                    interrupted++;
                    if (work.Done.Any(done => done != 1)) early++;
                }
            }
        });
        caller.Start();
        while (caller.IsAlive)
        {
            caller.Interrupt();
            Thread.SpinWait(50);
        }

        Assert.True(interrupted > runs / 10, $"only {interrupted} of {runs} runs were interrupted");
        Assert.Equal(0, early);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(3, 2)]
    public void A_part_that_fails_fails_the_whole_with_its_own_exception_and_the_next_work_is_done(int parts, int failing)
    {
        ArithmeticException failure = new("It fails.");
        Assert.Same(failure, Assert.Throws<ArithmeticException>(() => Workers.Run(FailIn, parts)));
        Counting next = new(3);
        Workers.Run(next.Run, 3);
        Assert.Equal([1, 1, 1], next.Done);

        void FailIn(int part)
        {
            if (part == failing) throw failure;
        }
    }

    [Fact]
    public void Of_several_failures_the_lowest_parts_comes_out()
    {
        for (int round = 0; round < 200; round++)
        {
            Exception failure = Assert.Throws<ArgumentException>(() => Workers.Run(part => throw new ArgumentException($"{part}"), 4));
            Assert.Equal("0", failure.Message);
        }
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        Action<int> work = new Counting(2).Run;
        for (int round = 0; round < 100; round++) Workers.Run(work, 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1000; round++) Workers.Run(work, 2);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    // Parts that take a while, if wanted.
    private sealed class Counting(int parts, int spins = 0)
    {
        public int[] Done { get; } = new int[parts];

        public void Run(int part)
        {
            Thread.SpinWait(spins);
            Interlocked.Increment(ref Done[part]);
        }
    }
}
