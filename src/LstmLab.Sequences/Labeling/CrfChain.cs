using System.Numerics;

namespace LstmLab.Sequences;

/// <summary>All sequences of tags that one sequence of emissions can have, summed or maximized by dynamic programming; the equations are
/// those of <see cref="Crf{T}"/>.</summary>
/// <remarks>Everything is in double and in logarithms. Workspaces are kept, so that a repeated pass allocates nothing.</remarks>
/// <param name="tags">K.</param>
internal sealed class CrfChain(int tags)
{
    private readonly double[] _scores = new double[(tags * tags) + (2 * tags)], _row = new double[tags], _next = new double[tags];
    private double[] _emissions = [], _alpha = [], _beta = [];
    private int _steps;

    /// <summary>ln Z, after <see cref="Forward"/>.</summary>
    public double LogPartition { get; private set; }

    /// <summary>The scores of transitions [K, K] row by row, of the first tag [K] and of the last tag [K]; −∞ where one is not
    /// allowed.</summary>
    public Span<double> Scores => _scores;

    private ReadOnlySpan<double> First => _scores.AsSpan(tags * tags, tags);

    private ReadOnlySpan<double> Last => _scores.AsSpan((tags * tags) + tags, tags);

    /// <summary>Reads the emissions of one sequence.</summary>
    /// <param name="emissions">[T, B, K] row-major.</param>
    /// <param name="b">The sequence.</param>
    /// <param name="batch">B.</param>
    /// <param name="steps">The sequence's length.</param>
    public void Read<T>(ReadOnlySpan<T> emissions, int b, int batch, int steps) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        _steps = steps;
        if (_emissions.Length < steps * tags)
        {
            _emissions = new double[steps * tags];
            _alpha = new double[steps * tags];
            _beta = new double[steps * tags];
        }

        for (int t = 0; t < steps; t++)
        {
            for (int k = 0; k < tags; k++)
                _emissions[(t * tags) + k] = double.CreateTruncating(emissions[(((t * batch) + b) * tags) + k]);
        }
    }

    /// <summary>The score of one sequence of tags; −∞ if it is not allowed.</summary>
    public double ScoreOf(ReadOnlySpan<int> path)
    {
        if (path.Length == 0) return 0;
        double score = First[path[0]];
        for (int t = 0; t < path.Length; t++)
        {
            if (t > 0) score += _scores[(path[t - 1] * tags) + path[t]];
            score += _emissions[(t * tags) + path[t]];
        }

        return score + Last[path[^1]];
    }

    /// <summary>Computes α and ln Z.</summary>
    public void Forward()
    {
        for (int t = 0; t < _steps; t++)
        {
            for (int j = 0; j < tags; j++)
            {
                for (int i = 0; t > 0 && i < tags; i++) _row[i] = _alpha[((t - 1) * tags) + i] + _scores[(i * tags) + j];
                _alpha[(t * tags) + j] = _emissions[(t * tags) + j] + (t == 0 ? First[j] : LogSpace.Sum(_row));
            }
        }

        for (int k = 0; _steps > 0 && k < tags; k++) _row[k] = _alpha[((_steps - 1) * tags) + k] + Last[k];
        LogPartition = _steps == 0 ? 0 : LogSpace.Sum(_row);
    }

    /// <summary>Computes β.</summary>
    public void Backward()
    {
        for (int t = _steps - 1; t >= 0; t--)
        {
            if (t == _steps - 1)
            {
                Last.CopyTo(_beta.AsSpan(t * tags, tags));
                continue;
            }

            for (int j = 0; j < tags; j++) _next[j] = _emissions[((t + 1) * tags) + j] + _beta[((t + 1) * tags) + j];
            for (int i = 0; i < tags; i++)
            {
                for (int j = 0; j < tags; j++) _row[j] = _scores[(i * tags) + j] + _next[j];
                _beta[(t * tags) + i] = LogSpace.Sum(_row);
            }
        }
    }

    /// <summary>p(y_t = k), after <see cref="Forward"/> and <see cref="Backward"/>.</summary>
    public double Marginal(int t, int k) => DeterministicMath.Exp(_alpha[(t * tags) + k] + _beta[(t * tags) + k] - LogPartition);

    /// <summary>p(y_t−1 = i, y_t = j), t of at least 1, after <see cref="Forward"/> and <see cref="Backward"/>.</summary>
    public double Marginal(int t, int i, int j)
    {
        double arriving = _alpha[((t - 1) * tags) + i] + _scores[(i * tags) + j];
        double leaving = _emissions[(t * tags) + j] + _beta[(t * tags) + j];
        return DeterministicMath.Exp(arriving + leaving - LogPartition);
    }

    /// <summary>The best sequence of tags; of equally good ones the one with the lower number at the last step that differs. Null if
    /// none is allowed.</summary>
    public int[]? Best()
    {
        if (_steps == 0) return [];
        int[] from = new int[_steps * tags];
        for (int t = 0; t < _steps; t++)
        {
            for (int j = 0; j < tags; j++)
            {
                double best = t == 0 ? First[j] : double.NegativeInfinity;
                for (int i = 0; t > 0 && i < tags; i++)
                {
                    double score = _alpha[((t - 1) * tags) + i] + _scores[(i * tags) + j];
                    if (!(score > best)) continue;
                    best = score;
                    from[(t * tags) + j] = i;
                }

                _alpha[(t * tags) + j] = best + _emissions[(t * tags) + j];
            }
        }

        int last = 0;
        for (int k = 1; k < tags; k++)
        {
            if (Final(k) > Final(last)) last = k;
        }

        if (double.IsNegativeInfinity(Final(last))) return null;
        int[] path = new int[_steps];
        for (int t = _steps - 1; t >= 0; t--)
        {
            path[t] = last;
            last = from[(t * tags) + last];
        }

        return path;

        double Final(int k) => _alpha[((_steps - 1) * tags) + k] + Last[k];
    }
}
