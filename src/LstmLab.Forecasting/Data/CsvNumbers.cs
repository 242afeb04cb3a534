using System.Globalization;

namespace LstmLab.Forecasting;

/// <summary>How a file writes numbers: decimals, groups of three digits, units, and the numbers that mean a missing value.</summary>
internal sealed class CsvNumbers
{
    private readonly NumberFormatInfo _format;
    private readonly char? _thousands;
    private readonly KeyValuePair<string, double>[] _units;
    private readonly double[] _marks;

    public CsvNumbers(Csv csv)
    {
        _format = (NumberFormatInfo)csv.Culture.NumberFormat.Clone();
        if (csv.DecimalSeparator is { } mark) _format.NumberDecimalSeparator = mark.ToString();
        _thousands = csv.ThousandsSeparator;
        if (_thousands?.ToString() == _format.NumberDecimalSeparator)
            throw new ArgumentException($"ThousandsSeparator and the mark before decimals are both '{_thousands}'; they must differ: "
                + "state DecimalSeparator, too.");
        // The longest unit that fits is meant: MW before W.
        _units = [.. csv.Units.OrderByDescending(unit => unit.Key.Length)];
        if (csv.Units.ContainsKey("")) throw new ArgumentException("Units: a unit needs a name, but one is empty.");
        _marks = [.. csv.MissingMarks.Where(text => TryParse(text, out _)).Select(Value)];
    }

    public bool TryParse(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, _format, out value) || TryParseMarked(text, out value);

    /// <summary>Whether a number means a missing value.</summary>
    public bool IsMark(double value) => _marks.Length > 0 && _marks.AsSpan().Contains(value);

    /// <summary>Whether a text is a number that means a missing value.</summary>
    public bool IsMark(ReadOnlySpan<char> text) => _marks.Length > 0 && TryParse(text, out double value) && IsMark(value);

    private double Value(string text) => TryParse(text, out double value) ? value : double.NaN;

    private bool TryParseMarked(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        if (_units.Length == 0 && _thousands is null) return false;
        text = text.Trim();
        // A sign may stand before a sign of currency.
        bool negative = text.StartsWith('-');
        if (negative) text = text[1..];
        double factor = 1;
        while (WithoutUnit(ref text, out double unit)) factor *= unit;
        Span<char> digits = text.Length <= 64 ? stackalloc char[64] : new char[text.Length];
        if (negative && text.StartsWith('-')) return false;
        if (!WithoutThousands(text, digits, out int length)) return false;
        if (!double.TryParse(digits[..length], NumberStyles.Float, _format, out value)) return false;
        // Divided by 100, a percentage is rounded once; 0.01 is itself rounded.
        value = factor < 1 ? value / (1 / factor) : value * factor;
        if (negative) value = -value;
        return true;
    }

    private bool WithoutUnit(ref ReadOnlySpan<char> text, out double factor)
    {
        foreach ((string unit, double its) in _units)
        {
            factor = its;
            if (text.EndsWith(unit, StringComparison.Ordinal))
            {
                text = text[..^unit.Length].TrimEnd();
                return true;
            }

            if (text.StartsWith(unit, StringComparison.Ordinal))
            {
                text = text[unit.Length..].TrimStart();
                return true;
            }
        }

        factor = 1;
        return false;
    }

    // False if the groups before the decimals do not hold three digits each, the first one to three.
    private bool WithoutThousands(ReadOnlySpan<char> text, Span<char> digits, out int length)
    {
        length = 0;
        int run = 0;
        bool whole = true, grouped = false;
        foreach (char one in text)
        {
            if (whole && IsThousands(one))
            {
                if (run is 0 or > 3 || (grouped && run < 3)) return false;
                grouped = true;
                run = 0;
                continue;
            }

            if (char.IsAsciiDigit(one)) run++;
            else if (length > 0)
            {
                if (whole && grouped && run != 3) return false;
                whole = false;
            }

            digits[length++] = one;
        }

        return !whole || !grouped || run == 3;
    }

    private bool IsThousands(char one) => one == _thousands || (_thousands == ' ' && one is '\u00A0' or '\u202F');
}
