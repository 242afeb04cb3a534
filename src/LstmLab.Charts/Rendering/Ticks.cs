using System.Globalization;

namespace LstmLab.Charts.Rendering;

/// <summary>Round values for an axis.</summary>
internal static class Ticks
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    // Decades between two ticks of a log axis.
    private static readonly int[] Strides = [1, 2, 3, 5, 10, 20, 50, 100];

    /// <summary>Ticks at round values; at whole numbers alone where the axis counts something.</summary>
    public static Tick[] Linear(double min, double max, int about, bool whole = false)
    {
        double step = Math.Max(Step((max - min) / Math.Max(1, about)), whole ? 1 : 0);
        var ticks = new List<Tick>();
        for (double n = Math.Ceiling(min / step - 1e-9); n * step <= max + step * 1e-9; n++)
            ticks.Add(new Tick(n * step, Words.Of(Label(n * step, step))));
        return [.. ticks];
    }

    /// <summary>Ticks at decades; at 2 and 5 too where there are few; round values where there is less than one.</summary>
    public static Tick[] Logarithmic(double min, double max, int about)
    {
        if (max - min < 0.9)
        {
            return [.. Linear(Math.Pow(10, min), Math.Pow(10, max), about)
                .Where(t => t.At > 0)
                .Select(t => new Tick(Math.Log10(t.At), t.Label))];
        }

        double smallest = (max - min) / Math.Max(2, about);
        int stride = Strides.FirstOrDefault(s => s >= smallest, (int)Math.Ceiling(smallest));
        // One tick alone says nothing of the scale.
        bool Alone() => Math.Floor(max / stride) - Math.Ceiling(min / stride) < 1;
        while (stride > 1 && Alone())
            stride = Strides.Last(s => s < stride);
        double[] within = max - min < about / 3.0 || Alone() ? [1, 2, 5] : [1];
        var ticks = new List<Tick>();
        for (int k = (int)Math.Floor(min); k <= max; k++)
        {
            if (k % stride != 0)
                continue;
            foreach (double m in within)
            {
                double at = k + Math.Log10(m);
                if (at >= min - 1e-9 && at <= max + 1e-9)
                    ticks.Add(new Tick(at, Words.Of(Decade(m, k))));
            }
        }

        return [.. ticks];
    }

    /// <summary>A short number for people: four significant digits, a true minus sign.</summary>
    public static string Short(double value)
    {
        if (double.IsNaN(value))
            return "–";
        if (double.IsInfinity(value))
            return value > 0 ? "∞" : "−∞";
        double size = Math.Abs(value);
        if (size is not 0 and (< 1e-4 or >= 1e7))
        {
            int power = (int)Math.Floor(Math.Log10(size));
            string mantissa = (value / Math.Pow(10, power)).ToString("0.###", CultureInfo.InvariantCulture);
            return Minus($"{mantissa}×10{Power(power)}");
        }

        int digits = size == 0 ? 0 : Math.Clamp(3 - (int)Math.Floor(Math.Log10(size)), 0, 8);
        return Minus(value.ToString(digits == 0 ? "#,0" : "#,0." + new string('#', digits), CultureInfo.InvariantCulture));
    }

    /// <summary>A number in a given format, invariant culture, a true minus sign; missing as a dash.</summary>
    public static string Format(double value, string format) =>
        double.IsFinite(value) ? Minus(value.ToString(format, CultureInfo.InvariantCulture)) : Short(value);

    /// <summary>Values in a given format, with up to three decimals more where different ones would read the same.</summary>
    public static string[] Apart(double[] values, string format)
    {
        double[] known = [.. values.Where(double.IsFinite)];
        double close = known.Length == 0 ? 0 : known.Max(Math.Abs) / 100;
        bool Alike(string so) => known.Any(a => known.Any(b => a - b > close && Format(a, so) == Format(b, so)));
        for (int more = 0; more < 3 && Alike(format) && format.Contains('0', StringComparison.Ordinal); more++)
            format = WithDecimal(format);
        return [.. values.Select(v => Format(v, format))];
    }

    // A decimal after the last digit that is always written: 0.0 becomes 0.00, and 0 % becomes 0.0 %.
    private static string WithDecimal(string format)
    {
        int last = format.LastIndexOf('0');
        return format.Insert(last + 1, format.Contains('.', StringComparison.Ordinal) ? "0" : ".0");
    }

    private static double Step(double rough)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double ratio = rough / unit;
        return unit * (ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10);
    }

    private static string Label(double value, double step)
    {
        if (Math.Abs(value) < step * 1e-6)
            return "0";
        if (step < 1e-4 || Math.Abs(value) >= 1e7)
            return Short(value);
        int digits = Math.Max(0, (int)Math.Ceiling(-Math.Log10(step) - 1e-9));
        return Minus(value.ToString("N" + digits, CultureInfo.InvariantCulture));
    }

    private static string Decade(double mantissa, int power)
    {
        if (power is >= -3 and <= 4)
            return Short(mantissa * Math.Pow(10, power));
        return (mantissa == 1 ? "" : mantissa.ToString(CultureInfo.InvariantCulture) + "×") + "10" + Power(power);
    }

    private static string Power(int power) =>
        (power < 0 ? "⁻" : "") + string.Concat(Math.Abs(power).ToString(CultureInfo.InvariantCulture).Select(d => Superscripts[d - '0']));

    private static string Minus(string number) => number.Replace('-', '−');
}
