namespace LstmLab.Forecasting;

/// <summary>The half-widths s of one step's intervals at each origin, from the scores known there.</summary>
internal sealed class ConformalWidths
{
    private readonly Conformal _spec;
    private readonly int _start;
    private readonly double[] _widths;
    private readonly List<double> _sorted = [];

    /// <summary>Walks through the origins, numbered from that of the first score.</summary>
    /// <param name="spec">Level, and which scores are used.</param>
    /// <param name="scores">The score of each origin whose outcome is known, [N].</param>
    /// <param name="step">k: the score of origin n is known at origin n + k.</param>
    /// <param name="start">First origin of the test.</param>
    /// <param name="end">Last origin asked for, at least <paramref name="start"/>.</param>
    public ConformalWidths(Conformal spec, double[] scores, int step, int start, int end)
    {
        _spec = spec;
        _start = start;
        _widths = new double[end + 1];
        double target = 1 - spec.Level, alpha = target;
        bool fixedScores = spec.Recalibrate is null && !spec.Adaptive;
        for (int origin = 0; origin <= end; origin++)
        {
            int arrived = origin - step;
            if (arrived >= 0 && arrived < scores.Length && !(fixedScores && origin > start))
            {
                // No interval was due before there were enough scores for one.
                if (spec.Adaptive && _widths[arrived] is var width && !double.IsNaN(width))
                    alpha += spec.StepSize * (target - (scores[arrived] > width ? 1 : 0));
                Insert(scores[arrived]);
                if (spec.Recalibrate is { } count && arrived >= count) Remove(scores[arrived - count]);
            }

            _widths[origin] = _sorted.Count < spec.Fewest ? double.NaN : Quantile(alpha);
        }
    }

    /// <summary>s at an origin; before the test, where scores may still be few, that of its beginning.</summary>
    public double this[int origin] => origin < _start && !(origin >= 0 && !double.IsNaN(_widths[origin])) ? _widths[_start]
        : _widths[origin];

    private double Quantile(double alpha)
    {
        // A level such as 0.8 of 4 scores must not be lifted to the next rank by its rounding.
        int rank = (int)Math.Ceiling(((_sorted.Count + 1) * (1 - alpha)) - 1e-9);
        return _sorted[Math.Clamp(rank, 1, _sorted.Count) - 1];
    }

    private void Insert(double score)
    {
        int at = _sorted.BinarySearch(score);
        _sorted.Insert(at < 0 ? ~at : at, score);
    }

    private void Remove(double score) => _sorted.RemoveAt(_sorted.BinarySearch(score));
}
