using System.Globalization;

namespace LstmLab.Forecasting;

/// <content>Checks of what is fitted to a task.</content>
public static partial class LeakageCheck
{
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

    /// <summary>Checks a model: what it learns before the test, when it stops, what it chooses and its forecast of the first test row may
    /// not depend on the test. Of an LSTM the samples are compared, which decide all of it; another model is fitted again to several
    /// futures, one of them without any values, and its losses on validation, its weights and its forecasts are compared.</summary>
    /// <param name="task">The task.</param>
    /// <param name="model">The model.</param>
    /// <remarks>Costs as many fits as there are futures, and one: five. It ends with the first leak.</remarks>
    public static LeakageReport Model(ForecastTask task, IForecaster model)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(model);
        int test = task.Split.TestStart(task.Series[0]);
        IEnumerable<ForecastTask> futures = Future.Kinds.Select(kind => Future.Perturb(task, task.Split.TestStart, kind));
        if (model is LstmForecaster lstm)
        {
            Dataset<float> samples = Windows.Of(task, lstm, task.Validation);
            return new(model.Name, futures.Select(future =>
                Differences(samples, Windows.Of(future, lstm, future.Validation), test).ToArray())
                .FirstOrDefault(found => found.Length > 0, []));
        }

        Learned learned = Learned.By(model, task);
        return new(model.Name, futures.Select(future => Found(model, learned, future, test)).FirstOrDefault(found => found is not null)
            is { } leak ? [leak] : []);
    }

    /// <summary>Checks a choice: what was chosen before the test, be it a model, a size, an epoch or a reference, may not depend on the
    /// test. The choice is made again in several futures, one of them without any values.</summary>
    /// <param name="task">The task.</param>
    /// <param name="choose">From the task to what is chosen, told apart by Equals: a name or a number rather than an object.</param>
    public static LeakageReport Choice<T>(ForecastTask task, Func<ForecastTask, T> choose)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(choose);
        T chosen = choose(task);
        string subject = string.Create(CultureInfo.InvariantCulture, $"Choice of {chosen}"),
            changed = $"when rows from {task.Split.TestStart(task.Series[0])} on change";
        foreach (Func<double[], int, double[]> kind in Future.Kinds)
        {
            T again;
            try
            {
                again = choose(Future.Perturb(task, task.Split.TestStart, kind));
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                return new(subject, [new("The choice", $"it fails {changed}, so it reads them: {failure.Message}")]);
            }

            if (!EqualityComparer<T>.Default.Equals(chosen, again))
                return new(subject,
                    [new("The choice", string.Create(CultureInfo.InvariantCulture, $"it becomes {again} {changed}: they made it."))]);
        }

        return new(subject, []);
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

    private static Leak? Found(IForecaster model, Learned before, ForecastTask future, int test)
    {
        Learned after;
        try
        {
            after = Learned.By(model, future);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Nothing before the test has changed, so whatever fails now has read the rows of the test.
            return new($"Model '{model.Name}'", $"it fails when rows from {test} on change, so it reads them: {failure.Message}");
        }

        string when = $"when rows from {test} on do";
        return !before.Losses.SequenceEqual(after.Losses)
            ? new($"Training of '{model.Name}'", $"its loss on validation changes {when}: they stop its training.")
            : !before.Weights.SequenceEqual(after.Weights) ? new($"Training of '{model.Name}'", $"its weights change {when}.")
            : !before.Forecasts.SequenceEqual(after.Forecasts)
            ? new($"Model '{model.Name}'", $"its forecast of the first test rows changes {when}: it sees them, or was chosen by them.")
            : null;
    }

    /// <summary>What a model has learnt, as far as it can be seen.</summary>
    private sealed record Learned(double[] Forecasts, float[] Weights, double[] Losses)
    {
        public static Learned By(IForecaster model, ForecastTask task)
        {
            IFittedForecaster fitted = model.Fit(task.Training, task.Validation);
            double[] forecasts = [.. fitted.Forecast(task.Validation).SelectMany(forecast => forecast.Point)];
            return fitted is not FittedLstm lstm ? new(forecasts, [], [])
                : new(forecasts, [.. lstm.Models.SelectMany(member => member.Parameters).SelectMany(parameter => parameter.Values)],
                [.. lstm.Histories.SelectMany(history => history.ValidationLoss)]);
        }
    }
}
