namespace LstmLab.Forecasting;

/// <summary>A map of a column to the scale a network learns on, with an exact inverse. Settings alone;
/// <see cref="Fit(ReadOnlySpan{double}, int)"/> gives the map.</summary>
public interface IScaler
{
    /// <summary>Fits the map to rows 0 … <paramref name="end"/> − 1 of a column and looks at no other.</summary>
    /// <param name="column">The whole column or its beginning.</param>
    /// <param name="end">First row that is not looked at.</param>
    FittedScaler Fit(ReadOnlySpan<double> column, int end);

    /// <summary>Fits the map to the training rows of a column; a map that follows the calendar reads their dates.</summary>
    /// <param name="column">A column of the training rows.</param>
    /// <param name="training">The training rows.</param>
    FittedScaler Fit(ReadOnlySpan<double> column, ForecastContext training) => Fit(column, training.Origin);
}

/// <summary>A fitted map. The row is part of it, so that a seasonal cycle can be taken out and put back.</summary>
/// <param name="End">First row the fit has not seen: a leak if it lies beyond the end of training.</param>
public abstract record FittedScaler(int End)
{
    /// <summary>The value of a row on the network's scale.</summary>
    public abstract double Forward(double value, int row);

    /// <summary>The value of a row in the column's unit; the inverse of <see cref="Forward"/>.</summary>
    public abstract double Inverse(double scaled, int row);
}
