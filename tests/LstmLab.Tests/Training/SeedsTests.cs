using Xunit;

namespace LstmLab.Tests.Training;

/// <summary>The tests set the number of threads of the whole process, so none runs at the same time.</summary>
[CollectionDefinition(nameof(SetsThreads), DisableParallelization = true)]
public class SetsThreads;

[Collection(nameof(SetsThreads))]
public class SeedsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Results_are_in_the_order_of_seeds_from_the_first_one_on() =>
        Assert.Equal([7, 8, 9, 10], Seeds.Run(4, seed => (int)seed, first: 7));

    [Fact]
    public void With_one_thread_every_seed_runs_on_the_calling_thread()
    {
        int here = Environment.CurrentManagedThreadId;
        Assert.All(WithThreads(1, () => Seeds.Run(20, _ => Environment.CurrentManagedThreadId)), thread => Assert.Equal(here, thread));
    }

    [Fact]
    public void As_many_seeds_run_at_a_time_as_there_are_threads_whatever_the_processors()
    {
        int threads = Environment.ProcessorCount + 2;
        using Barrier together = new(threads);
        Assert.All(WithThreads(threads, () => Seeds.Run(threads, _ => together.SignalAndWait(Patience))), Assert.True);
    }

    [Fact]
    public void A_training_within_a_seed_has_one_thread() =>
        Assert.All(WithThreads(3, () => Seeds.Run(6, _ => Threads.Count)), count => Assert.Equal(1, count));

    [Fact]
    public void The_exception_of_the_lowest_seed_that_fails_comes_out_as_it_is()
    {
        using ManualResetEventSlim failed = new();
        InvalidDataException failure = Assert.Throws<InvalidDataException>(() => WithThreads(2, () => Seeds.Run<int>(2, seed =>
        {
            if (seed == 0) failed.Wait(Patience);
            failed.Set();
            return seed == 0 ? throw new InvalidDataException("of seed 0") : throw new FormatException("of seed 1");
        })));
        Assert.Equal("of seed 0", failure.Message);
        Assert.Contains(nameof(The_exception_of_the_lowest_seed_that_fails_comes_out_as_it_is), failure.StackTrace,
            StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_failure_no_further_seed_begins()
    {
        int begun = 0;
        Assert.Throws<FormatException>(() => WithThreads(1, () => Seeds.Run<int>(10, _ =>
        {
            begun++;
            throw new FormatException();
        })));
        Assert.Equal(1, begun);
    }

    [Fact]
    public void Progress_never_goes_back()
    {
        SlowOnOddNumbers progress = new();
        WithThreads(4, () => Seeds.Run(40, seed => seed, progress: progress));
        Assert.Equal(Enumerable.Range(1, 40), progress.Numbers);
    }

    [Fact]
    public void Cancelling_ends_the_run_and_a_finished_run_is_not_canceled()
    {
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() =>
            WithThreads(1, () => Seeds.Run(10, seed => Cancel(seed, 4), cancellation: source.Token)));
        using CancellationTokenSource late = new();
        Assert.Equal(3, WithThreads(1, () => Seeds.Run(3, seed => CancelLate(seed), cancellation: late.Token)).Length);

        ulong Cancel(ulong seed, ulong last)
        {
            if (seed == last) source.Cancel();
            return seed;
        }

        ulong CancelLate(ulong seed)
        {
            if (seed == 2) late.Cancel();
            return seed;
        }
    }

    private static TResult WithThreads<TResult>(int count, Func<TResult> run)
    {
        int before = Threads.Count;
        Threads.Count = count;
        try
        {
            return run();
        }
        finally
        {
            Threads.Count = before;
        }
    }

    // Whoever reports an odd number while another thread reports is overtaken, unless reports come one at a time.
    private sealed class SlowOnOddNumbers : IProgress<int>
    {
        public List<int> Numbers { get; } = [];

        public void Report(int value)
        {
            if (value % 2 == 1) Thread.Sleep(5);
            lock (Numbers) Numbers.Add(value);
        }
    }
}
