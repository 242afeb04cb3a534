using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Does something know what it may not? The future is changed and the work done again: what was allowed to see only the past must
/// come out the same, to the last bit. Columns that are given, not made, are tested by how well they predict the target.</summary>
/// <example><code>
/// LeakageCheck.Columns(frame, f => f.With("smooth", Smooth(f.Numbers("load")))).RequirePassed();
/// LeakageCheck.Model(task, new LstmForecaster()).RequirePassed();
/// </code></example>
/// <remarks>The change keeps signs and zeros, so that logarithms and events stay possible.</remarks>
public static class LeakageCheck
{
    /// <summary>Checks derived columns: a row may depend on rows up to itself alone, as a centered mean, a lead or a scaling of the whole
    /// column does not.</summary>
    /// <param name="frame">One series, in the order of time.</param>
    /// <param name="derive">From the frame to the one with the columns.</param>
    /// <param name="knownFuture">Columns known ahead, which are left as they are.</param>
    public static LeakageReport Columns(DataFrame frame, Func<DataFrame, DataFrame> derive, params string[] knownFuture)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(derive);
        DataFrame made = derive(frame);
        int rows = checked((int)frame.Rows.Count), lost = rows - checked((int)made.Rows.Count);
        List<Leak> leaks = [];
        // A few cuts: what looks one row ahead shows at each of them.
        foreach (int cut in Enumerable.Range(1, 4).Select(k => rows * k / 5).Where(cut => cut > lost))
        {
            DataFrame again = derive(Future.Perturb(frame, cut, knownFuture));
            foreach (DataFrameColumn column in made.Columns.Where(column => leaks.All(leak => leak.What != Name(column))))
            {
                DataFrameColumn other = again.Columns[column.Name];
                int first = Enumerable.Range(0, cut - lost).FirstOrDefault(row => !Equals(column[row], other[row]), -1);
                if (first >= 0) leaks.Add(new(Name(column), $"its row {first + lost} changes when rows from {cut} on do."));
            }
        }

        return new("Columns", leaks);

        static string Name(DataFrameColumn column) => $"Column '{column.Name}'";
    }

    /// <summary>Checks a scaler: its map may depend on training rows alone.</summary>
    /// <param name="task">The task it is to serve.</param>
    /// <param name="scaler">The scaler.</param>
    public static LeakageReport Scaler(ForecastTask task, IScaler scaler)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(scaler);
        ForecastTask changed = Future.Perturb(task, task.Split.TrainEnd);
        List<Leak> leaks = [];
        foreach (var (context, other) in task.Training.Zip(changed.Training))
        {
            FittedScaler fitted = scaler.Fit(context.Target, context), again = scaler.Fit(other.Target, other);
            string what = $"Scaler of '{task.Series[context.SeriesNumber].Name}'";
            if (fitted.End > context.Origin)
                leaks.Add(new(what, $"it was fitted to rows 0 … {fitted.End - 1}, but training ends at {context.Origin - 1}."));
            else if (fitted.Forward(context.Target[0], 0) is var before && again.Forward(context.Target[0], 0) is var after
            && before != after)
                leaks.Add(new(what,
                    string.Create(CultureInfo.InvariantCulture,
                    $"it maps row 0 to {before:G6}, and to {after:G6} when rows from {context.Origin} on change.")));
        }

        return new($"{scaler.GetType().Name} for '{task.Target}'", leaks);
    }

    /// <summary>Checks samples made by code of one's own: they may depend on rows before the end alone.</summary>
    /// <param name="frame">One series, in the order of time.</param>
    /// <param name="end">First row that must not be seen: the end of training, or the start of the test.</param>
    /// <param name="prepare">From the frame to the samples.</param>
    /// <param name="knownFuture">Columns known ahead, which are left as they are.</param>
    public static LeakageReport Samples<T>(DataFrame frame, int end, Func<DataFrame, Dataset<T>> prepare, params string[] knownFuture)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(prepare);
        return new($"Samples of rows 0 … {end - 1}",
            [.. Differences(prepare(frame), prepare(Future.Perturb(frame, end, knownFuture)), end)]);
    }

    /// <summary>Checks a model: what it learns before the test and its forecast of the first test row may not depend on the test. Of an
    /// LSTM the samples are compared, which decide both.</summary>
    /// <param name="task">The task.</param>
    /// <param name="model">The model.</param>
    public static LeakageReport Model(ForecastTask task, IForecaster model)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(model);
        ForecastTask changed = Future.Perturb(task, task.Split.TestStart);
        if (model is LstmForecaster lstm)
            return new(model.Name,
                [.. Differences(Windows.Of(task, lstm, task.Validation), Windows.Of(changed, lstm, changed.Validation),
                task.Split.TestStart(task.Series[0]))]);
        IEnumerable<double> before = Forecasts(task), after = Forecasts(changed);
        return new(model.Name,
            before.SequenceEqual(after) ? []
            : [new($"Model '{model.Name}'", "its forecast of the first test rows changes when these rows do.")]);

        IEnumerable<double> Forecasts(ForecastTask given) =>
            [.. model.Fit(given.Training, given.Validation).Forecast(given.Validation).SelectMany(forecast => forecast.Point)];
    }

    /// <summary>Checks the columns of a task by what they tell: a covariate that explains nearly all the past of the target leaves open of
    /// its next rows has seen them, and so has a column known ahead that does so of its own row.</summary>
    /// <param name="task">The task.</param>
    public static LeakageReport Task(ForecastTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        List<Leak> leaks = [];
        foreach (ForecastContext context in task.Training)
        {
            foreach (var (k, name) in task.PastCovariates.Index())
                foreach (int lead in PredictiveLeadTest.Leads(context.Target, context.PastCovariate(k), 1, Math.Max(7, task.Horizon)))
                    leaks.Add(new($"Covariate '{name}'", $"with its row before, it tells the target {lead} rows later."));
            foreach (var (k, name) in task.KnownFuture.Index())
                if (PredictiveLeadTest.Leads(context.Target, context.KnownFuture(k)[..context.Origin], 0, 0).Any())
                    leaks.Add(new($"Column '{name}', known ahead", "it tells the target of its own row."));
        }

        return new($"Columns for '{task.Target}'", leaks);
    }

    private static IEnumerable<Leak> Differences<T>(Dataset<T> samples, Dataset<T> again, int end)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        string changed = $"when rows from {end} on change.";
        if (samples.Count != again.Count)
        {
            yield return new("Windows", $"there are {samples.Count}, and {again.Count} {changed}");
            yield break;
        }

        T[] x = Tensors.ToArray(samples.X), other = Tensors.ToArray(again.X);
        int width = (int)samples.X.Lengths[2];
        foreach (int column in Enumerable.Range(0, width))
        {
            int[] touched = [.. Enumerable.Range(0, x.Length).Where(n => n % width == column && x[n] != other[n])
                .Select(n => n / width % samples.Count).Distinct()];
            if (touched.Length > 0)
                yield return new($"Input {column}", $"{Share(touched.Length)} differ in it, from sample {touched.Min()} on, {changed}");
        }

        T[] y = Tensors.ToArray(samples.Y), otherY = Tensors.ToArray(again.Y);
        int steps = y.Length / samples.Count;
        int[] targets = [.. Enumerable.Range(0, y.Length).Where(n => y[n] != otherY[n]).Select(n => n / steps).Distinct()];
        if (targets.Length > 0) yield return new("Target", $"{Share(targets.Length)} differ in it, from sample {targets[0]} on, {changed}");

        string Share(int count) => $"{count} of {samples.Count} windows";
    }
}
