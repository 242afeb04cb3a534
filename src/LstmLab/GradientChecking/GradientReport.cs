using System.Globalization;
using System.Text;

namespace LstmLab;

/// <summary>One row of a gradient check: a parameter block, or one gate's part of it.</summary>
/// <param name="Block">The parameter's name; x, h0 and c0 for the inputs and initial states.</param>
/// <param name="Gate">The gate whose rows these are, or an empty string.</param>
/// <param name="Entries">Number of entries compared.</param>
/// <param name="LargestGradient">Largest |∂L/∂entry| by BPTT.</param>
/// <param name="ExactZeros">Entries that are exactly 0 by BPTT and by every oracle: the loss does not depend on them.</param>
/// <param name="ErrorByStepSize">Largest relative error against central differences, for each step size of the sweep.</param>
/// <param name="ComplexStepError">Largest relative error against the complex step; NaN where that oracle does not apply.</param>
/// <param name="Passed">Whether the errors are below the report's limits.</param>
public sealed record GradientRow(
    string Block, string Gate, int Entries, double LargestGradient, int ExactZeros,
    IReadOnlyList<double> ErrorByStepSize, double ComplexStepError, bool Passed)
{
    /// <summary>Block and gate, e.g. W_f.</summary>
    public string Name => Gate.Length == 0 ? Block : $"{Block}_{Gate}";

    /// <summary>The error at the best step size of the sweep.</summary>
    public double CentralDifferenceError => ErrorByStepSize.Min();

    /// <summary>Whether every entry is exactly 0.</summary>
    public bool IsDead => ExactZeros == Entries;
}

/// <summary>A wrong gradient, as closely as the check can say where and what.</summary>
/// <param name="Entry">The entry with the largest error, e.g. W_f[3, 2].</param>
/// <param name="TimeStep">The time step nearest the loss whose contribution is wrong; null where steps do not apply.</param>
/// <param name="Found">∂L/∂entry by BPTT.</param>
/// <param name="Expected">∂L/∂entry by the most exact oracle.</param>
/// <param name="Diagnosis">What the difference looks like.</param>
/// <param name="Row">Where.</param>
public sealed record GradientFault(GradientRow Row, string Entry, int? TimeStep, double Found, double Expected, string Diagnosis)
{
    /// <summary>The fault in a line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Row.Name}: {Entry}{(TimeStep is null ? "" : $" at t = {TimeStep}")}: BPTT {Found:G6}, expected {Expected:G6}; {Diagnosis}");
}

/// <summary>What a gradient check found.</summary>
/// <param name="Rows">A row for each block and gate.</param>
/// <param name="Faults">The wrong gradients, those nearest the loss in time first; empty when all is right.</param>
/// <param name="StepSizes">The step sizes of the central differences.</param>
public sealed record GradientReport(IReadOnlyList<GradientRow> Rows, IReadOnlyList<GradientFault> Faults, IReadOnlyList<double> StepSizes)
{
    /// <summary>Limit of the error against central differences at the best step size.</summary>
    public const double CentralDifferenceLimit = 1e-5;

    /// <summary>Limit of the error against the complex step.</summary>
    public const double ComplexStepLimit = 1e-9;

    /// <summary>Whether every gradient is right.</summary>
    public bool Passed => Faults.Count == 0;

    /// <summary>The largest error against central differences, each row at its best step size.</summary>
    public double LargestCentralDifferenceError => Rows.Max(row => row.CentralDifferenceError);

    /// <summary>The largest error against the complex step; NaN where it does not apply.</summary>
    public double LargestComplexStepError => Rows.Max(row => row.ComplexStepError);

    /// <summary>Throws unless every gradient is right.</summary>
    /// <exception cref="InvalidOperationException">A gradient is wrong; the message lists the faults.</exception>
    public GradientReport RequirePassed() => Passed ? this : throw new InvalidOperationException(string.Join(Environment.NewLine, Faults));

    /// <summary>The table, the verdict and the faults.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        string[] head = ["block", "entries", "largest gradient", "exact zeros", "central difference", "complex step", "verdict"];
        text.AppendLine(TextTable.Write(
            head,
            Rows.Select(row => (string[])
            [
                row.Name, $"{row.Entries}", Number(row.LargestGradient, "0.000E+00"), $"{row.ExactZeros}",
                Number(row.CentralDifferenceError, "0.0E+00"), Number(row.ComplexStepError, "0.0E+00"),
                row.Passed ? row.IsDead ? "right, dead" : "right" : "WRONG",
            ]),
            right: column => column is > 0 and < 6));
        text.Append(Passed ? "All gradients are right." : $"{Faults.Count} blocks are wrong:");
        foreach (GradientFault fault in Faults) text.AppendLine().Append("  ").Append(fault);
        return text.ToString();
    }

    private static string Number(double value, string format) =>
        double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);
}
