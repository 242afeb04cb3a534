using System.Globalization;
using LstmLab.Sweeps;
using LstmLab.Tests.Formats;
using Xunit;

namespace LstmLab.Tests.Sweeps;

public class SweepTests
{
    private const string Program = "\"command\": [\"program\"]";

    [Fact]
    public void A_grid_has_every_combination_and_the_last_axis_changes_first()
    {
        Sweep sweep = Read("{ PROGRAM, \"grid\": { \"units\": [2, 4], \"cell\": [\"lstm\", \"gru\"] } }");
        Assert.Equal([(2, "lstm"), (2, "gru"), (4, "lstm"), (4, "gru")], sweep.Trials.Select(trial => (trial.WholeNumber("units"), trial.Text("cell"))));
    }

    [Fact]
    public void Name_and_seed_follow_from_the_parameters_alone()
    {
        Trial grid = Assert.Single(Read("{ PROGRAM, \"grid\": { \"rate\": [0.10], \"units\": [2] } }").Trials);
        Trial list = Read("{ PROGRAM, /* a comment */ \"list\": [ { \"a\": 1 }, { \"units\": 2.0, \"rate\": 1e-1 }, ] }").Trials[1];
        Assert.Equal((grid.Id, grid.Seed), (list.Id, list.Seed));
        Assert.Equal("{\"rate\":0.1,\"units\":2}", list.Parameters.GetRawText());
        // SHA-256 of that text, by another program: printf … | sha256sum.
        Assert.Equal("fcbb1499ec1f48b2", list.Id);
        Assert.Equal(0x0UL, (ulong)list.Seed >> 53);
        Assert.NotEqual(grid.Seed, new Trial(System.Text.Json.JsonDocument.Parse("{\"rate\":0.1,\"units\":3}").RootElement).Seed);
    }

    [Fact]
    public void A_trial_that_is_declared_twice_is_one_trial() =>
        Assert.Equal(3, Read("{ PROGRAM, \"grid\": { \"n\": [1, 2] }, \"list\": [ { \"n\": 2 }, { \"n\": 3 } ] }").Trials.Count);

    [Fact]
    public void A_random_search_stays_in_its_ranges_and_is_the_same_each_time()
    {
        const string search = "{ PROGRAM, \"random\": { \"trials\": 400, \"seed\": SEED, \"parameters\": { "
            + "\"rate\": { \"from\": 0.0001, \"to\": 0.1, \"scale\": \"log\" }, \"units\": { \"from\": 1, \"to\": 4, \"integers\": true }, "
            + "\"cell\": [\"lstm\", \"gru\"] } } }";
        Sweep sweep = Read(search.Replace("SEED", "1", StringComparison.Ordinal));
        double[] rates = [.. sweep.Trials.Select(trial => trial.Number("rate"))];
        Assert.All(rates, rate => Assert.InRange(rate, 0.0001, 0.1));
        // A third of the decades each, and a quarter of the integers each, within four standard deviations.
        Assert.InRange(rates.Count(rate => rate < 0.001), 95, 171);
        Assert.All(
            Enumerable.Range(1, 4), units => Assert.InRange(sweep.Trials.Count(trial => trial.WholeNumber("units") == units), 65, 135));
        Assert.InRange(sweep.Trials.Count(trial => trial.Text("cell") == "gru"), 160, 240);
        Assert.Equal(sweep.Trials.Select(trial => trial.Id), Read(search.Replace("SEED", "1", StringComparison.Ordinal)).Trials.Select(trial => trial.Id));
        Assert.DoesNotContain(
            sweep.Trials[0].Id, Read(search.Replace("SEED", "2", StringComparison.Ordinal)).Trials.Select(trial => trial.Id));
    }

    [Theory]
    [InlineData("[]", "must be an object")]
    [InlineData("{ \"grid\": { \"n\": [1] } }", "'command' must name the program")]
    [InlineData("{ PROGRAM }", "It has no trials")]
    [InlineData("{ PROGRAM, \"grids\": {} }", "'grids' is none of its keys")]
    [InlineData("{ PROGRAM, \"grid\": { \"n\": 1 } }", "'n' must be a list")]
    [InlineData("{ PROGRAM, \"list\": [ 1 ] }", "must be an object such as")]
    [InlineData("{ PROGRAM, \"list\": [ {\"n\": 1, \"n\": 2} ] }", "'n' stands there twice")]
    [InlineData("{ PROGRAM, \"list\": [ {} ], \"trialsPerTask\": 0 }", "must be at least 1, but is 0")]
    [InlineData("{ PROGRAM, \"random\": { \"trials\": 1, \"parameters\": { \"r\": { \"from\": 0, \"to\": 1, \"scale\": \"log\" } } } }", "must be above 0")]
    [InlineData("{ PROGRAM, \"random\": { \"trials\": 1, \"parameters\": { \"r\": { \"from\": 2, \"to\": 1 } } } }", "from a smaller to a larger")]
    [InlineData("{ PROGRAM, \"list\": [ {\"n\": 1e999} ] }", "beyond the range")]
    [InlineData("{", "cannot be read as a sweep")]
    public void A_wrong_declaration_is_refused_by_name(string text, string part)
    {
        var error = Assert.Throws<SweepException>(() => Read(text));
        Assert.Contains("toy.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_trials_share_few_tasks_and_each_is_in_one()
    {
        string numbers = string.Join(", ", Enumerable.Range(0, 10_000).Select(n => n.ToString(CultureInfo.InvariantCulture)));
        Sweep sweep = Read($"{{ PROGRAM, \"grid\": {{ \"n\": [{numbers}] }}, \"trialsPerTask\": 130 }}");
        Assert.Equal(77, sweep.TaskCount);
        Assert.Equal(sweep.Trials, Enumerable.Range(0, 77).SelectMany(sweep.TrialsOf));
        Assert.Contains("tasks 0 to 76", Assert.Throws<SweepException>(() => sweep.TrialsOf(77)).Message, StringComparison.Ordinal);
    }

    internal static Sweep Read(string text)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["toy.json"], text.Replace("PROGRAM", Program, StringComparison.Ordinal));
        return Sweep.Read(folder["toy.json"]);
    }
}
