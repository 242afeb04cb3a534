using LstmLab.Sequences;
using Xunit;

namespace LstmLab.Tests.Sequences;

/// <summary>Beam search and greedy search against a twin that enumerates every sequence.</summary>
public class BeamSearchTests
{
    private const int Start = 0;

    // Symbols, the greatest length, α.
    public static TheoryData<int, int, double> Trees => new()
    {
        { 2, 6, 0 }, { 2, 6, 1 }, { 3, 6, 0.7 }, { 3, 5, 0 }, { 4, 4, 1 }, { 4, 1, 0 }, { 5, 3, 0.5 },
    };

    [Theory, MemberData(nameof(Trees))]
    public void A_beam_as_wide_as_the_tree_finds_the_best_of_all_sequences(int symbols, int longest, double lengthPower)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            RandomModel model = new(seed, symbols);
            List<Hypothesis> all = Enumerated(model, source: 0, longest);
            Assert.Equal(1, all.Sum(hypothesis => Math.Exp(hypothesis.LogProbability)), 1e-12);
            Hypothesis[] best = [.. all.OrderByDescending(hypothesis => hypothesis.Score(lengthPower)).Take(10)];
            int width = (int)Math.Pow(symbols, longest);
            IReadOnlyList<Hypothesis> found = Search.Beam(
                model, ["0"], Start, symbols - 1, longest, width, Math.Min(10, width), lengthPower)[0];
            Assert.Equal(best.Length, found.Count);
            for (int n = 0; n < best.Length; n++) Agree(best[n], found[n]);
        }
    }

    [Theory, MemberData(nameof(Trees))]
    public void A_narrow_beam_is_that_of_a_twin_that_sorts_all_continuations(int symbols, int longest, double lengthPower)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            RandomModel model = new(seed, symbols);
            for (int width = 1; width <= 4; width++)
            {
                List<Hypothesis> expected = Sorted(model, longest, width, lengthPower);
                IReadOnlyList<Hypothesis> found = Search.Beam(model, ["0"], Start, symbols - 1, longest, width, width, lengthPower)[0];
                Assert.Equal(Math.Min(width, expected.Count), found.Count);
                for (int n = 0; n < found.Count; n++) Agree(expected[n], found[n]);
            }
        }
    }

    [Theory, MemberData(nameof(Trees))]
    public void Greedy_search_is_a_beam_of_1_without_normalization(int symbols, int longest, double lengthPower)
    {
        Assert.InRange(lengthPower, 0, 1);
        RandomModel model = new(7, symbols);
        string[] sources = ["0", "1", "2", "3"];
        IReadOnlyList<Hypothesis> greedy = Search.Greedy(model, sources, Start, symbols - 1, longest);
        for (int source = 0; source < sources.Length; source++)
            Agree(Search.Beam(model, sources, Start, symbols - 1, longest, width: 1)[source][0], greedy[source]);
    }

    [Fact]
    public void Sources_side_by_side_are_those_alone()
    {
        RandomModel model = new(3, 4);
        string[] sources = ["5", "0", "9", "4", "2"];
        IReadOnlyList<IReadOnlyList<Hypothesis>> together = Search.Beam(model, sources, Start, 3, 6, 3, 3, 0.7);
        IReadOnlyList<Hypothesis> greedy = Search.Greedy(model, sources, Start, 3, 6);
        for (int n = 0; n < sources.Length; n++)
        {
            IReadOnlyList<Hypothesis> alone = Search.Beam(model, [sources[n]], Start, 3, 6, 3, 3, 0.7)[0];
            Assert.Equal(alone.Count, together[n].Count);
            for (int k = 0; k < alone.Count; k++) Agree(alone[k], together[n][k]);
            Agree(Search.Greedy(model, [sources[n]], Start, 3, 6)[0], greedy[n]);
        }
    }

    // All symbols are equally probable: of equals the shorter comes first, then the smaller symbols.
    [Fact]
    public void Ties_are_broken_by_the_stated_rule()
    {
        EvenModel model = new(symbols: 3);
        IReadOnlyList<Hypothesis> found = Search.Beam(model, 1, Start, end: 2, maximumLength: 2, width: 9, best: 7)[0];
        Assert.Equal(["", "00", "01", "0", "10", "11", "1"], found.Select(Written));
        Assert.Equal(["000", "001"], Search.Beam(model, 1, Start, end: 2, maximumLength: 3, width: 2, best: 2)[0].Select(Written));
        Assert.Equal("000", Written(Search.Greedy(model, 1, Start, end: 2, maximumLength: 3)[0]));

        // The mean log-probability is the same for all, so what ended sooner comes first.
        Assert.Equal(["", "0", "1"], Search.Beam(model, 1, Start, end: 2, maximumLength: 2, width: 9, best: 7, lengthPower: 1)[0]
            .Where(hypothesis => hypothesis.Ended).Select(Written));
    }

    [Fact]
    public void Normalization_prefers_the_longer_of_two_sequences()
    {
        ChoiceModel model = new();
        Hypothesis shorter = Search.Beam(model, "", Start, end: 2, maximumLength: 4, width: 4)[0][0];
        Hypothesis longer = Search.Beam(model, "", Start, end: 2, maximumLength: 4, width: 4, lengthPower: 1)[0][0];
        Assert.Equal("", Written(shorter));
        Assert.Equal(Math.Log(0.5), shorter.LogProbability, 1e-15);
        Assert.Equal("010", Written(longer));
        Assert.Equal(Math.Log(0.45), longer.LogProbability, 1e-14);
        Assert.Equal(Math.Log(0.45) / 4, longer.Score(1), 1e-14);
    }

    [Fact]
    public void Impossible_symbols_are_never_written()
    {
        ChoiceModel model = new();
        IReadOnlyList<Hypothesis> found = Search.Beam(model, "", Start, end: 2, maximumLength: 4, width: 50, best: 50)[0];
        Assert.Equal(["", "010", "000"], found.Select(Written));
        Assert.All(found, hypothesis => Assert.True(double.IsFinite(hypothesis.LogProbability)));
    }

    [Fact]
    public void What_cannot_be_searched_is_one_error()
    {
        EvenModel model = new(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => Search.Greedy(model, 1, Start, end: 2, maximumLength: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Search.Beam(model, 1, Start, end: 2, maximumLength: 3, width: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Search.Beam(model, 1, Start, end: 2, maximumLength: 3, width: 2, best: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Search.Beam(model, 1, Start, end: 2, maximumLength: 3, width: 2, lengthPower: -1));
        ArgumentOutOfRangeException noEnd = Assert.Throws<ArgumentOutOfRangeException>(
            () => Search.Greedy(model, 1, Start, end: 3, maximumLength: 2));
        Assert.Contains("0 … 2", noEnd.Message, StringComparison.Ordinal);
        ArgumentException nan = Assert.Throws<ArgumentException>(
            () => Search.Greedy(new EvenModel(3, double.NaN), 1, Start, end: 2, maximumLength: 2));
        Assert.Contains("NaN", nan.Message, StringComparison.Ordinal);
    }

    // Every sequence that ends within the length, and every one of that length that does not.
    private static List<Hypothesis> Enumerated(RandomModel model, int source, int longest)
    {
        List<Hypothesis> all = [];
        void Write(string written, List<int> symbols, double logProbability)
        {
            if (symbols.Count == longest)
            {
                all.Add(new([.. symbols], logProbability, false));
                return;
            }

            double[] row = model.Row(written);
            for (int k = 0; k < row.Length; k++)
            {
                if (k == row.Length - 1) all.Add(new([.. symbols], logProbability + row[k], true));
                else Write($"{written},{k}", [.. symbols, k], logProbability + row[k]);
            }
        }

        Write($"{source},{Start}", [], 0);
        return all;
    }

    // The definition of the beam in a few lines, without an early stop.
    private static List<Hypothesis> Sorted(RandomModel model, int longest, int width, double lengthPower)
    {
        List<Hypothesis> found = [], beam = [new([], 0, false)];
        for (int length = 1; length <= longest; length++)
        {
            IEnumerable<Hypothesis> all = beam.SelectMany(beginning =>
            {
                double[] row = model.Row(string.Join(",", [0, Start, .. beginning.Symbols]));
                return row.Select((step, k) => k == row.Length - 1
                    ? beginning with { LogProbability = beginning.LogProbability + step, Ended = true }
                    : new Hypothesis([.. beginning.Symbols, k], beginning.LogProbability + step, false));
            });
            Hypothesis[] kept = [.. all.OrderByDescending(hypothesis => hypothesis.LogProbability).Take(width)];
            found.AddRange(kept.Where(hypothesis => hypothesis.Ended || length == longest));
            beam = [.. kept.Where(hypothesis => !hypothesis.Ended)];
        }

        return [.. found.OrderByDescending(hypothesis => hypothesis.Score(lengthPower))];
    }

    private static string Written(Hypothesis hypothesis) => string.Concat(hypothesis.Symbols);

    private static void Agree(Hypothesis expected, Hypothesis found)
    {
        Assert.Equal(expected.Symbols, found.Symbols);
        Assert.Equal(expected.Ended, found.Ended);
        Assert.Equal(expected.LogProbability, found.LogProbability, 1e-12);
    }

    // Random probabilities after every beginning: the state is all that was written, the source first.
    private sealed class RandomModel(ulong seed, int symbols) : IStepModel<string[]>
    {
        public int Count(string[] states) => states.Length;

        public (double[,] LogProbabilities, string[] Next) Step(string[] states, IReadOnlyList<int> last)
        {
            string[] next = [.. states.Select((written, n) => $"{written},{last[n]}")];
            double[,] steps = new double[next.Length, symbols];
            for (int n = 0; n < next.Length; n++)
                foreach ((int k, double step) in Row(next[n]).Index()) steps[n, k] = step;
            return (steps, next);
        }

        public string[] Select(string[] states, IReadOnlyList<int> sequences) => [.. sequences.Select(n => states[n])];

        public double[] Row(string written)
        {
            RandomStream random = new(seed, written);
            double[] weights = [.. Enumerable.Range(0, symbols).Select(_ => Math.Exp(1.5 * random.NextNormal()))];
            double total = weights.Sum();
            return [.. weights.Select(weight => Math.Log(weight / total))];
        }
    }

    // The state is the number of sequences.
    private sealed class EvenModel(int symbols, double? step = null) : IStepModel<int>
    {
        public int Count(int states) => states;

        public (double[,] LogProbabilities, int Next) Step(int states, IReadOnlyList<int> last)
        {
            double[,] steps = new double[states, symbols];
            for (int n = 0; n < states; n++)
                for (int k = 0; k < symbols; k++) steps[n, k] = step ?? -Math.Log(symbols);
            return (steps, states);
        }

        public int Select(int states, IReadOnlyList<int> sequences) => sequences.Count;
    }

    // Half ends at once; the rest writes 0, then 1 of nine times out of ten, then 0, and ends. States are joined by bars.
    private sealed class ChoiceModel : IStepModel<string>
    {
        public int Count(string states) => states.Split('|').Length;

        public (double[,] LogProbabilities, string Next) Step(string states, IReadOnlyList<int> last)
        {
            string[] next = [.. states.Split('|').Select((written, n) => written + last[n])];
            double[,] steps = new double[next.Length, 3];
            for (int n = 0; n < next.Length; n++)
            {
                double[] probabilities = next[n].Length switch
                {
                    1 => [0.5, 0, 0.5],
                    2 => [0.1, 0.9, 0],
                    3 => [1, 0, 0],
                    _ => [0, 0, 1],
                };
                for (int k = 0; k < 3; k++) steps[n, k] = Math.Log(probabilities[k]);
            }

            return (steps, string.Join('|', next));
        }

        public string Select(string states, IReadOnlyList<int> sequences)
        {
            string[] each = states.Split('|');
            return string.Join('|', sequences.Select(n => each[n]));
        }
    }
}
