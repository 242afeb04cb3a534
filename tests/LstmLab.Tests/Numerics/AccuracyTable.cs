using System.Globalization;

namespace LstmLab.Tests.Numerics;

/// <summary>The largest errors of a function within a range of arguments.</summary>
internal sealed record AccuracyRow(string Function, string Type, string Range, long Points, double Ulp, double Relative)
{
    /// <summary>Function, type and range.</summary>
    public string Key => $"| {Function} | {Type} | {Range} |";

    /// <summary>A line of the table; errors are rounded up.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key} {Points} | {Up(Ulp)} | {Up(Relative)} |");

    private static string Up(double error)
    {
        if (error == 0) return "0";
        double unit = Math.Pow(10, Math.Floor(Math.Log10(error)) - 2), up = Math.Ceiling(error / unit) * unit;
        return up.ToString(up is >= 0.01 and < 1000 ? "0.#####" : "0.00e+00", CultureInfo.InvariantCulture);
    }
}

/// <summary>Measures σ, tanh, exp, erf and ln against <see cref="HighPrecision"/>.</summary>
/// <remarks>
/// double: random numbers of every exponent, more of them where functions bend, and around and next to every place where the code takes another
/// branch or another power of 2. float: every stride-th of all, infinities and NaN left out; the function in double, itself measured here, finds the worst of
/// each range, and these are measured.
/// </remarks>
internal static class AccuracyTable
{
    /// <summary>Of the bit patterns of float, the table tries every 16th.</summary>
    public const uint Stride = 16;

    // Where the ranges of the table end: where the functions leave the type's range or reach their limits, and numbers of interest between.
    private static readonly Function[] Functions =
    [
        new("σ", HighPrecision.Sigmoid, DeterministicMath.Sigmoid, DeterministicMath.Sigmoid, [-709.436139303104, -708.39641853226408, -40, -1, 1, 40], [-88.3762626647949, -87.3365447505531, -17, -1, 1, 17]),
        new("tanh", HighPrecision.Tanh, DeterministicMath.Tanh, DeterministicMath.Tanh, [-22, -1, -3.7252902984619141e-09, 3.7252902984619141e-09, 1, 22], [-10, -1, -0.000244140625, 0.000244140625, 1, 10]),
        new("exp", HighPrecision.Exp, DeterministicMath.Exp, DeterministicMath.Exp, [-745.1332191019412, -708.39641853226408, -1, 1], [-103.97208, -87.33655, -1, 1])
            { Smallest = -10000, Largest = 709.782712893384, SmallestOfFloat = -10000, LargestOfFloat = 88.722836f },
        new("erf", HighPrecision.Erf, DeterministicMath.Erf, DeterministicMath.Erf,
            [-6, -1, -2.2250738585072014e-308, 2.2250738585072014e-308, 1, 6], [-4, -1, -1.17549435e-38, 1.17549435e-38, 1, 4]),
        new("ln", HighPrecision.Log, DeterministicMath.Log, null, [0.5, 2], []) { Smallest = 0 },
    ];

    /// <summary>All rows of the table.</summary>
    /// <param name="stride">Of the bit patterns of float, every how many-th is tried.</param>
    public static IEnumerable<AccuracyRow> Measure(uint stride = Stride) => Functions.SelectMany(function => OfDouble(function).Concat(function.InFloat is null ? [] : OfFloat(function, stride)));

    private static IEnumerable<AccuracyRow> OfDouble(Function function)
    {
        Worst[] ranges = [.. Enumerable.Range(0, function.Ends.Length + 1).Select(_ => new Worst())];
        foreach (double x in Points(function).Where(x => x > function.Smallest && x <= function.Largest))
        {
            (double ulp, double relative) = HighPrecision.Error(function.InDouble(x), function.Exact(x), 53, -1074);
            ranges[RangeOf(x, function.Ends)].Add(x, ulp, relative);
        }

        return ranges.Select((worst, n) => new AccuracyRow(function.Name, "double", Range(function.Smallest, function.Largest, function.Ends, n), worst.Points, worst.Ulp, worst.Relative));
    }

    private static IEnumerable<AccuracyRow> OfFloat(Function function, uint stride)
    {
        Worst[] ranges = [.. Enumerable.Range(0, function.EndsOfFloat.Length + 1).Select(_ => new Worst())];
        for (ulong bits = 0; bits <= uint.MaxValue; bits += stride)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits);
            if (!float.IsFinite(x) || x <= function.SmallestOfFloat || x > function.LargestOfFloat) continue;
            double exact = function.InDouble(x), distance = Math.Abs(function.InFloat!(x) - exact), size = Math.Abs(exact);
            int place = Math.Max((int)(BitConverter.DoubleToInt64Bits(size) >> 52) - 1023 - 23, -149);
            double unit = BitConverter.Int64BitsToDouble((place + 1023L) << 52);
            ranges[RangeOf(x, function.EndsOfFloat)].Add(x, distance / unit, size == 0 ? 0 : distance / size);
        }

        return ranges.Select((worst, n) =>
        {
            double ulp = HighPrecision.Error(function.InFloat!((float)worst.AtUlp), function.Exact(worst.AtUlp), 24, -149).Ulp;
            double relative = HighPrecision.Error(function.InFloat!((float)worst.AtRelative), function.Exact(worst.AtRelative), 24, -149).Relative;
            return new AccuracyRow(function.Name, "float", Range(function.SmallestOfFloat, function.LargestOfFloat, function.EndsOfFloat, n), worst.Points, ulp, relative);
        });
    }

    private static IEnumerable<double> Points(Function function)
    {
        RandomStream random = new(1, "accuracy " + function.Name);
        for (int exponent = -1074; exponent <= 1023; exponent++)
        {
            int count = exponent is >= -30 and <= 10 ? 300 : 3;
            for (int n = 0; n < count; n++)
            {
                double x = Math.ScaleB(1 + random.NextUniform(0, 1), exponent);
                yield return x;
                yield return -x;
            }
        }

        // Where x / ln 2, or 2x / ln 2, is rounded to another whole number, and where a branch changes.
        foreach (double place in Enumerable.Range(-1080, 2160).Select(n => (n + 0.5) * 0.34657359027997264).Concat(function.Ends))
        {
            double x = place;
            for (int n = 0; n < 3; n++) x = Math.BitDecrement(x);
            for (int n = 0; n < 7; n++, x = Math.BitIncrement(x)) yield return x;
        }

        for (int n = 0; n < 200; n++)
            foreach (double end in function.Ends) yield return end * random.NextUniform(0.998, 1.002);
        foreach (double x in new[] { 0.0, -0.0, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, 1, -1 }) yield return x;
    }

    private static int RangeOf(double x, double[] ends)
    {
        int range = 0;
        while (range < ends.Length && x > ends[range]) range++;
        return range;
    }

    private static string Range(double smallest, double largest, double[] ends, int n)
    {
        return $"({Show(n == 0 ? smallest : ends[n - 1])}, {Show(n == ends.Length ? largest : ends[n])}]".Replace("∞]", "∞)", StringComparison.Ordinal);

        static string Show(double end) => double.IsInfinity(end) ? end < 0 ? "−∞" : "∞" : end.ToString(Math.Abs(end) is > 0 and < 0.01 ? "0.0e+00" : "0.##", CultureInfo.InvariantCulture).Replace('-', '−');
    }

    private sealed record Function(string Name, Func<double, BigFloat> Exact, Func<double, double> InDouble, Func<float, float>? InFloat, double[] Ends, double[] EndsOfFloat)
    {
        public double Smallest { get; init; } = double.NegativeInfinity;

        public double Largest { get; init; } = double.PositiveInfinity;

        public double SmallestOfFloat { get; init; } = double.NegativeInfinity;

        public double LargestOfFloat { get; init; } = double.PositiveInfinity;
    }

    private sealed class Worst
    {
        public long Points { get; private set; }

        public double Ulp { get; private set; }

        public double Relative { get; private set; }

        public double AtUlp { get; private set; }

        public double AtRelative { get; private set; }

        public void Add(double x, double ulp, double relative)
        {
            Points++;
            if (ulp > Ulp || Points == 1) (Ulp, AtUlp) = (ulp, x);
            if (relative > Relative || Points == 1) (Relative, AtRelative) = (relative, x);
        }
    }
}
