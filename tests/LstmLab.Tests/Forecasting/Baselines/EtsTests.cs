using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting;

public class EtsTests
{
    // Quarterly visitor nights of holidays in Australia, 1999 to 2015, and annual oil production of Saudi Arabia, 1965 to 2013: data sets
    // austourists and oil of the R package fpp2. What ets(austourists, "AAA") and the others give in the R package forecast is kept among
    // the tests of statsmodels, in statsmodels/tsa/tests/results/fit_ets_results_*.json, from where these numbers are.
    private static readonly double[] Tourists =
    [
        30.05251300, 19.14849600, 25.31769200, 27.59143700, 32.07645600, 23.48796100, 28.47594000, 35.12375300, 36.83848500, 25.00701700,
        30.72223000, 28.69375900, 36.64098600, 23.82460900, 29.31168300, 31.77030900, 35.17787700, 19.77524400, 29.60175000, 34.53884200,
        41.27359900, 26.65586200, 28.27985900, 35.19115300, 42.20566386, 24.64917133, 32.66733514, 37.25735401, 45.24246027, 29.35048127,
        36.34420728, 41.78208136, 49.27659843, 31.27540139, 37.85062549, 38.83704413, 51.23690034, 31.83855162, 41.32342126, 42.79900337,
        55.70835836, 33.40714492, 42.31663797, 45.15712257, 59.57607996, 34.83733016, 44.84168072, 46.97124960, 60.01903094, 38.37117851,
        46.97586413, 50.73379646, 61.64687319, 39.29956937, 52.67120908, 54.33231689, 66.83435838, 40.87118847, 51.82853579, 57.49190993,
        65.25146985, 43.06120822, 54.76075713, 59.83447494, 73.25702747, 47.69662373, 61.09776802, 66.05576122,
    ];

    private static readonly double[] Oil =
    [
        111.0091346, 130.8284341, 141.2870879, 154.2277747, 162.7408654, 192.1664835, 240.7997253, 304.2173901, 384.0045673, 429.6621566,
        359.3169299, 437.2518544, 468.4007898, 424.4353365, 487.9794299, 509.8284478, 506.3472527, 340.1842374, 240.2589210, 219.0327876,
        172.0746632, 252.5900922, 221.0710774, 276.5187735, 271.1479517, 342.6186005, 428.3558357, 442.3945534, 432.7851482, 437.2497186,
        437.2091599, 445.3640981, 453.1950104, 454.4096410, 422.3789058, 456.0371217, 440.3866047, 425.1943725, 486.2051735, 500.4290861,
        521.2759092, 508.9476170, 488.8888577, 509.8705750, 456.7229123, 473.8166029, 525.9508706, 549.8338076, 542.3404698,
    ];

    // Parameters α, β, γ, φ; states before the first row, level, trend, seasons of the first four rows.
    private static readonly Dictionary<string, (double[] Parameters, double[] States, double LastError, double[] Forecasts)> OfR = new()
    {
        ["ANN"] = ([0.99989996, 0, 0, 1], [110.88321179], -7.49094809, [542.34121919, 542.34121919, 542.34121919, 542.34121919]),
        ["AAN"] = ([0.99770564, 0.0001001, 0, 1], [21.3150686, 11.71213626], -19.17391255,
            [554.09126495, 565.79806815, 577.50487134, 589.21167453]),
        ["AAdN"] = ([0.99989969, 0.11886985, 0, 0.80000197], [36.46466837, 34.72584983], -12.77262092,
            [545.35213563, 547.76044926, 549.68710489, 551.22843318]),
        ["ANA"] = ([0.54216695, 0, 0.39203017, 1], [25.54638913, 4.84845926, -6.46658738, -0.53099835, 2.14912647], 2.32196781,
            [75.32914757, 50.16726775, 62.21021038, 65.90296904]),
        ["AAA"] = ([0.20281952, 0.00016979, 0.4645238, 1],
            [23.06996036, 0.57786622, 8.50287244, -8.97988612, -1.17750326, 1.65451693], 2.65794065,
            [75.34454396, 50.75845291, 63.05022495, 67.48394643]),
        ["AAdA"] = ([0.35445427, 0.03200749, 0.39993387, 0.97999997],
            [24.01278357, 0.97770147, 5.34956637, -6.61171798, -0.50735902, 1.76951063], 1.89116018,
            [76.07768073, 51.61741109, 63.96457729, 68.27886241]),
    };

    public static TheoryData<string> Forms => [.. OfR.Keys];

    [Theory, MemberData(nameof(Forms))]
    public void The_equations_are_those_of_R(string form)
    {
        EtsModel model = ModelOfR(form);
        double[] y = DataOf(form);
        Assert.All(OfR[form].Forecasts.Zip(model.Forecast(y, 4)), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.Equal(OfR[form].LastError, y[^1] - model.Forecast(y[..^1], 1)[0], 1e-3);
    }

    // R's optimizer stops early: of AAA it leaves a tenth of the sum of squares.
    [Theory, MemberData(nameof(Forms))]
    public void The_likelihood_is_at_least_as_large_as_the_one_R_found(string form)
    {
        EtsModel model = ModelOfR(form);
        double[] y = DataOf(form);
        double ofR = model.Squares(y), found = EtsModel.Fitted(model.Form, y, form).Squares(y);
        Assert.InRange(found / ofR, 0.89, 1 + 1e-6);
    }

    [Theory]
    [InlineData("AAN")]
    [InlineData("AAdN")]
    [InlineData("ANA")]
    [InlineData("AAA")]
    [InlineData("AAdA")]
    public void No_parameters_at_random_have_a_larger_likelihood(string form)
    {
        double[] y = DataOf(form);
        EtsModel best = EtsModel.Fitted(ModelOfR(form).Form, y, form);
        RandomStream random = new(0, form);
        double least = best.Squares(y);
        for (int n = 0; n < 1000; n++)
        {
            double alpha = random.NextDouble(), beta = alpha * random.NextDouble(), gamma = (1 - alpha) * random.NextDouble();
            EtsModel other = new(best.Form, alpha, best.Form.Trend ? beta : 0, best.Form.Period > 1 ? gamma : 0,
                best.Form.Damped ? random.NextUniform(0.8, 0.98) : 1, []);
            Assert.True(least <= (other with { Initial = other.InitialStates(y, form) }).Squares(y) * (1 + 1e-9));
        }
    }

    [Fact]
    public void The_form_of_smallest_AICc_is_taken()
    {
        double[] noise = Frames.AutoRegressive(200, 0);
        Assert.Equal(new EtsForm(false, false, 1), EtsModel.Best(noise, 1, "ETS").Form);
        Assert.Equal(new EtsForm(true, false, 1), EtsModel.Best([.. noise.Select((e, t) => t + e)], 1, "ETS").Form);
        Assert.Equal(new EtsForm(false, false, 6), EtsModel.Best([.. noise.Select((e, t) => (5 * (t % 6)) + e)], 6, "ETS").Form);
        Assert.Equal(new EtsForm(true, false, 4), EtsModel.Best(Tourists, 4, "ETS").Form with { Damped = false });
    }

    [Fact]
    public void Its_parameters_are_found_again_in_a_long_simulation()
    {
        RandomStream random = new(3, "ets");
        (double level, double trend) = (10, 0.1);
        double[] y = new double[4000];
        for (int t = 0; t < y.Length; t++)
        {
            double e = random.NextNormal();
            y[t] = level + (0.9 * trend) + e;
            (level, trend) = (level + (0.9 * trend) + (0.5 * e), (0.9 * trend) + (0.2 * e));
        }

        EtsModel found = EtsModel.Best(y, 1, "ETS");
        Assert.True(found.Form.Damped);
        Assert.Equal(0.5, found.Alpha, 0.05);
        Assert.Equal(0.2, found.Beta, 0.05);
        Assert.Equal(0.9, found.Phi, 0.04);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_straight_line_is_continued_exactly_at_every_step(int period)
    {
        double[] y = [.. Enumerable.Range(1, 100).Select(t => (double)t)];
        BacktestResult result = Backtest.Run(new ForecastTask(Frames.Of(y), "y", horizon: 6), new Ets(period));
        Assert.All(result.BySteps(result.Models[0].Name), error => Assert.True(error < 1e-6, $"{error}"));
    }

    [Fact]
    public void Seasons_on_a_line_are_continued_exactly()
    {
        double[] season = [3, -1, 4, 1, -5], y = [.. Enumerable.Range(1, 120).Select(t => t + season[t % 5])];
        BacktestResult result = Backtest.Run(new ForecastTask(Frames.Of(y), "y", horizon: 7), new Ets(5));
        Assert.All(result.BySteps("ETS, period 5"), error => Assert.True(error < 1e-6, $"{error}"));
    }

    [Fact]
    public void A_cycle_taken_out_is_put_back()
    {
        double[] y = [.. Enumerable.Range(0, 400).Select(t => 5 + Math.Sin(2 * Math.PI * t / 50))];
        BacktestResult result = Backtest.Run(new ForecastTask(Frames.Of(y), "y", horizon: 30), new Ets(cycle: new Harmonics(50)));
        Assert.All(result.BySteps("ETS on anomalies"), error => Assert.True(error < 1e-6, $"{error}"));
    }

    [Fact]
    public void What_cannot_be_is_said()
    {
        Assert.Contains("1 … 24", Assert.Throws<ArgumentOutOfRangeException>(() => new Ets(25)).Message, StringComparison.Ordinal);
        ForecastTask task = new(Frames.Of(1, 2, 3, 4, 5, 6), "y");
        Assert.Contains("4", Assert.Throws<ArgumentException>(() => Backtest.Run(task, new Ets())).Message, StringComparison.Ordinal);
    }

    private static double[] DataOf(string form) => form[^1] == 'A' ? Tourists : Oil;

    private static EtsModel ModelOfR(string form)
    {
        (double[] parameters, double[] states, _, _) = OfR[form];
        EtsForm which = new(form[1] == 'A', form.Contains('d', StringComparison.Ordinal), form[^1] == 'A' ? 4 : 1);
        return new(which, parameters[0], parameters[1], parameters[2], parameters[3], states);
    }
}
