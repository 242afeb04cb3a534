using System.Numerics;

namespace LstmLab.Sequences;

/// <summary>All paths of one sequence that a labeling can take through its frames, summed by dynamic programming; the equations are those
/// of <see cref="Ctc{T}"/>.</summary>
/// <remarks>Everything is in double and in logarithms. Workspaces are kept, so that a repeated pass allocates nothing.</remarks>
internal sealed class CtcLattice
{
    private double[] _logY = [], _powers = [], _alpha = [], _beta = [], _next = [];
    private int[] _symbols = [];
    private int _steps, _classes, _states;

    /// <summary>ln y, [T, K] row-major.</summary>
    public ReadOnlySpan<double> LogY => _logY.AsSpan(0, _steps * _classes);

    /// <summary>The labels with a blank before, between and after them, [S].</summary>
    public ReadOnlySpan<int> Symbols => _symbols.AsSpan(0, _states);

    /// <summary>Reads the logits of one sequence and makes them log-probabilities, frame by frame.</summary>
    /// <param name="logits">[T, B, K] row-major.</param>
    /// <param name="b">The sequence.</param>
    /// <param name="batch">B.</param>
    /// <param name="steps">The sequence's length.</param>
    /// <param name="classes">K.</param>
    public void Read<T>(ReadOnlySpan<T> logits, int b, int batch, int steps, int classes) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        (_steps, _classes) = (steps, classes);
        Grow(ref _logY, steps * classes);
        Grow(ref _powers, classes);
        Span<double> powers = _powers.AsSpan(0, classes);
        for (int t = 0; t < steps; t++)
        {
            ReadOnlySpan<T> row = logits.Slice(((t * batch) + b) * classes, classes);
            for (int k = 0; k < classes; k++) powers[k] = double.CreateTruncating(row[k]);
            double largest = SoftmaxRow.Largest<double>(powers);
            double log = DeterministicMath.Log(SoftmaxRow.Exponentials(powers, largest));
            for (int k = 0; k < classes; k++) _logY[(t * classes) + k] = double.CreateTruncating(row[k]) - largest - log;
        }
    }

    /// <summary>Computes α of every frame and state.</summary>
    /// <param name="labels">U labels, none of them the blank.</param>
    /// <param name="blank">The class that emits nothing.</param>
    /// <returns>ln p(labels | input).</returns>
    public double Forward(ReadOnlySpan<int> labels, int blank)
    {
        _states = (2 * labels.Length) + 1;
        if (_symbols.Length < _states) _symbols = new int[_states];
        for (int s = 0; s < _states; s++) _symbols[s] = s % 2 == 0 ? blank : labels[s / 2];
        if (_steps == 0) return labels.Length == 0 ? 0 : double.NegativeInfinity;
        Grow(ref _alpha, _steps * _states);
        for (int t = 0; t < _steps; t++)
        {
            Span<double> row = _alpha.AsSpan(t * _states, _states);
            row.Fill(double.NegativeInfinity);

            // Earlier states cannot reach the end any more, and later ones cannot have been reached yet.
            int first = Math.Max(0, _states - (2 * (_steps - t))), last = Math.Min(_states - 1, (2 * t) + 1);
            ReadOnlySpan<double> before = t == 0 ? [] : _alpha.AsSpan((t - 1) * _states, _states);
            for (int s = first; s <= last; s++) row[s] = LogYOf(t, s) + (t == 0 ? 0 : Arriving(before, s));
        }

        ReadOnlySpan<double> final = _alpha.AsSpan((_steps - 1) * _states, _states);
        return _states == 1 ? final[0] : LogSpace.Add(final[^1], final[^2]);
    }

    /// <summary>γ of every frame and state, [T, S] row-major, after <see cref="Forward"/>; overwrites α.</summary>
    /// <param name="logProbability">What <see cref="Forward"/> returned.</param>
    public ReadOnlySpan<double> Posteriors(double logProbability)
    {
        Grow(ref _beta, _states);
        Grow(ref _next, _states);
        for (int t = _steps - 1; t >= 0; t--)
        {
            if (t == _steps - 1)
            {
                _beta.AsSpan(0, _states).Fill(double.NegativeInfinity);
                _beta.AsSpan(Math.Max(0, _states - 2), Math.Min(2, _states)).Clear();
            }
            else
            {
                for (int s = 0; s < _states; s++) _next[s] = _beta[s] + LogYOf(t + 1, s);
                for (int s = 0; s < _states; s++) _beta[s] = Leaving(s);
            }

            Span<double> row = _alpha.AsSpan(t * _states, _states);
            for (int s = 0; s < _states; s++) row[s] = DeterministicMath.Exp(row[s] + _beta[s] - logProbability);
        }

        return _alpha.AsSpan(0, _steps * _states);
    }

    private double LogYOf(int t, int s) => _logY[(t * _classes) + _symbols[s]];

    private double Arriving(ReadOnlySpan<double> before, int s)
    {
        if (s == 0) return before[0];
        return IsReachedFromTwoBefore(s) ? LogSpace.Add(before[s], before[s - 1], before[s - 2]) : LogSpace.Add(before[s], before[s - 1]);
    }

    private double Leaving(int s)
    {
        if (s == _states - 1) return _next[s];
        if (s + 2 < _states && IsReachedFromTwoBefore(s + 2)) return LogSpace.Add(_next[s], _next[s + 1], _next[s + 2]);
        return LogSpace.Add(_next[s], _next[s + 1]);
    }

    // A blank may be left out between two labels unless they are equal.
    private bool IsReachedFromTwoBefore(int s) => s >= 2 && s % 2 == 1 && _symbols[s] != _symbols[s - 2];

    private static void Grow(ref double[] array, int count)
    {
        if (array.Length < count) array = new double[count];
    }
}
