using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Forecasting;

/// <summary>Cuts columns into the windows a network learns from.</summary>
public static class Windows
{
    /// <summary>The windows and targets a network of some recipe learns from: all whose rows lie in the rows given.</summary>
    /// <param name="task">Window, steps and columns.</param>
    /// <param name="recipe">Scaler, stride and the base model.</param>
    /// <param name="rows">Rows of each series, from the first; those of training by default.</param>
    /// <returns>X [T, N, I], the columns being the target, covariates, columns known ahead; Y [N, Steps].</returns>
    public static Dataset<float> Of(ForecastTask task, LstmForecaster recipe, IReadOnlyList<ForecastContext>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(recipe);
        return new WindowBuilder(recipe, task.Training,
            recipe.ResidualOn?.Fit(task.Training, task.Validation)).Samples(rows ?? task.Training, _ => 0, recipe.Stride);
    }

    /// <summary>Inputs [T, N, I]: window n holds the T rows before origin n of every column.</summary>
    /// <param name="columns">I columns, scaled.</param>
    /// <param name="window">T.</param>
    /// <param name="origins">First row after each window, each at least T.</param>
    /// <param name="lead">How far into its future a column is read, one for each; 0 for all by default. A column known ahead may have the
    /// horizon.</param>
    public static Tensor<T> Inputs<T>(IReadOnlyList<double[]> columns, int window, IReadOnlyList<int> origins,
        IReadOnlyList<int>? lead = null)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(origins);
        int count = origins.Count, width = columns.Count;
        return Tensors.Fill(n =>
            T.CreateTruncating(columns[n % width][origins[n / width % count] - window + (n / width / count) + (lead?[n % width] ?? 0)]),
            window, count, width);
    }
}
