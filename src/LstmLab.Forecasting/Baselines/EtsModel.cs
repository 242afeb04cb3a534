using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LstmLab.Forecasting;

/// <summary>One exponential smoothing model with additive errors; the equations are those of <see cref="Ets"/>.</summary>
/// <param name="Form">Which states there are.</param>
/// <param name="Alpha">α.</param>
/// <param name="Beta">β; 0 without trend.</param>
/// <param name="Gamma">γ; 0 without seasons.</param>
/// <param name="Phi">φ; 1 without damping.</param>
/// <param name="Initial">l, b and s(−m) … s(−1) before the first row, [1 + trend + m].</param>
internal sealed record EtsModel(EtsForm Form, double Alpha, double Beta, double Gamma, double Phi, double[] Initial)
{
    private static readonly double[] GridValues = [-4, 0, 4];

    /// <summary>The model of smallest AICc.</summary>
    /// <exception cref="ArgumentException">There are too few rows for the smallest model.</exception>
    public static EtsModel Best(double[] y, int period, string name) =>
        EtsForm.All(period).Where(form => y.Length > form.Parameters + 1 && y.Length >= 2 * form.Period)
            .Select(form => Fitted(form, y, name)).MinBy(model => model.Aicc(y))
        ?? throw new ArgumentException($"{name} needs at least 5 training rows, but there are {y.Length}.");

    /// <summary>The model of largest likelihood of a form.</summary>
    public static EtsModel Fitted(EtsForm form, double[] y, string name)
    {
        // There may be several minima, so the search begins at the three best points of a grid. A simplex may collapse before the minimum;
        // started again from its own answer it moves on.
        Vector<double> point = Grid(form.Smoothing).OrderBy(Loss).Take(3).Select(Simplex).MinBy(Loss)!;
        for (int round = 0; round < 2; round++) point = Simplex(point);
        return Of(point);

        Vector<double> Simplex(Vector<double> start) =>
            new NelderMeadSimplex(1e-10, 5000).FindMinimum(ObjectiveFunction.Value(Loss), start).MinimizingPoint;

        double Loss(Vector<double> v) => Of(v).LogSquares(y);

        // Unconstrained coordinates: α, β / α, γ / (1 − α) and φ's place in (0.8, 0.98).
        EtsModel Of(Vector<double> v)
        {
            double[] share = new double[4];
            for (int n = 0; n < v.Count; n++) share[form.Slots[n]] = 1 / (1 + DeterministicMath.Exp(-v[n]));
            EtsModel model = new(form, share[0], share[0] * share[1], (1 - share[0]) * share[2], form.Damped ? 0.8 + (0.18 * share[3]) : 1,
                []);
            return model with { Initial = model.InitialStates(y, name) };
        }
    }

    // Every combination of a small, a medium and a large value of each coordinate.
    private static IEnumerable<Vector<double>> Grid(int size)
    {
        IEnumerable<double[]> points = [[]];
        for (int n = 0; n < size; n++)
            points = points.SelectMany(point => GridValues.Select(value => (double[])[.. point, value]));
        return points.Select(point => Vector<double>.Build.Dense(point));
    }

    /// <summary>n ln Σe² + 2 p + 2 p (p + 1) / (n − p − 1).</summary>
    public double Aicc(double[] y)
    {
        double p = Form.Parameters, n = y.Length;
        return (n * LogSquares(y)) + (2 * p) + (2 * p * (p + 1) / (n - p - 1));
    }

    /// <summary>Σ e², the sum over all rows.</summary>
    public double Squares(double[] y)
    {
        double sum = 0;
        foreach (double e in Errors(y, Initial).Errors) sum += e * e;
        return sum;
    }

    /// <summary>ŷ of the rows after a series.</summary>
    public double[] Forecast(double[] y, int steps)
    {
        double[] states = Errors(y, Initial).States;
        double level = states[0], trend = Form.Trend ? states[1] : 0, damping = Phi, season = 0;
        double[] path = new double[steps];
        for (int k = 0; k < steps; k++)
        {
            level += damping * trend;
            damping *= Phi;
            if (Form.Period > 1) season = states[Form.Season(y.Length + k)];
            path[k] = level + season;
        }

        return path;
    }

    // ln Σ e², with a floor, so that of models without error the smallest is chosen and not the one of luckiest rounding.
    private double LogSquares(double[] y)
    {
        double scale = 0;
        foreach (double value in y) scale += value * value;
        return DeterministicMath.Log(Squares(y) + (1e-20 * scale) + double.Epsilon);
    }

    /// <summary>The states before the first row of smallest Σ e²: e = e₀ + E x₀, e₀ the errors from states of 0, column j of E those of a
    /// series of zeros from state j = 1.</summary>
    public double[] InitialStates(double[] y, string name)
    {
        double[] zeros = new double[y.Length], none = new double[Form.States];
        double[][] columns = [.. Enumerable.Range(0, Form.States).Select(j =>
        {
            double[] state = new double[Form.States];
            state[j] = 1;
            return Errors(zeros, state).Errors;
        })];
        double[][] rows = [.. y.Select((_, t) => Array.ConvertAll(columns, column => -column[t]))];
        return LeastSquares.Solve(rows, Errors(y, none).Errors, name);
    }

    // Walks through a series; the season of row t stands at t mod m.
    private (double[] Errors, double[] States) Errors(double[] y, double[] initial)
    {
        double[] states = [.. initial], errors = new double[y.Length];
        for (int t = 0; t < y.Length; t++)
        {
            double trend = Form.Trend ? Phi * states[1] : 0, level = states[0] + trend;
            int season = Form.Period > 1 ? Form.Season(t) : -1;
            double e = y[t] - level - (season < 0 ? 0 : states[season]);
            errors[t] = e;
            states[0] = level + (Alpha * e);
            if (Form.Trend) states[1] = trend + (Beta * e);
            if (season >= 0) states[season] += Gamma * e;
        }

        return (errors, states);
    }
}

/// <summary>Which states an exponential smoothing model has.</summary>
/// <param name="Trend">Whether there is a trend.</param>
/// <param name="Damped">Whether it is damped.</param>
/// <param name="Period">m; 1 without seasons.</param>
internal sealed record EtsForm(bool Trend, bool Damped, int Period)
{
    /// <summary>The forms to choose from, small ones first.</summary>
    public static IEnumerable<EtsForm> All(int period)
    {
        int[] periods = period == 1 ? [1] : [1, period];
        foreach (int m in periods)
        {
            yield return new(false, false, m);
            yield return new(true, false, m);
            yield return new(true, true, m);
        }
    }

    /// <summary>Numbers of the smoothing parameters there are: 0 α, 1 β, 2 γ, 3 φ.</summary>
    public int[] Slots => [0, .. Trend ? [1] : Array.Empty<int>(), .. Period > 1 ? [2] : Array.Empty<int>(),
        .. Damped ? [3] : Array.Empty<int>()];

    /// <summary>Number of smoothing parameters.</summary>
    public int Smoothing => Slots.Length;

    /// <summary>Number of states: level, trend, m seasons.</summary>
    public int States => 1 + (Trend ? 1 : 0) + (Period > 1 ? Period : 0);

    /// <summary>p: smoothing parameters, free initial states and the variance; seasons that all rise while the level falls are no other
    /// model, so one of them is not free.</summary>
    public int Parameters => Smoothing + States - (Period > 1 ? 1 : 0) + 1;

    /// <summary>Where the season of a row stands among the states.</summary>
    public int Season(int row) => 1 + (Trend ? 1 : 0) + (row % Period);
}
