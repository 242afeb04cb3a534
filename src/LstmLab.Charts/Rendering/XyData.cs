using System.Globalization;

namespace LstmLab.Charts.Rendering;

/// <summary>The marks of a figure with what cannot be drawn taken out, and a sentence for each loss.</summary>
internal sealed class XyData
{
    private readonly XyState state;
    private readonly List<Bilingual> omissions = [];

    public XyData(XyState state)
    {
        this.state = state;
        Marks = [.. Histograms().Concat(state.Marks).Select(Drawable).OrderBy(Layer)];
    }

    public IReadOnlyList<Mark> Marks { get; }

    public Bilingual[] Omissions => [.. omissions];

    private static int Layer(Mark mark) => mark switch
    {
        Area => 0,
        Bars => 1,
        Curve => 2,
        ReferenceLine => 3,
        _ => 4,
    };

    private Mark Drawable(Mark mark) => mark switch
    {
        Curve c => c with { X = Keep(c.Name, c.X, c.Y, out bool[] kept), Y = Only(c.Y, kept) },
        Area a => Cut(a),
        Bars b => Cut(b),
        ReferenceLine r => Checked(r),
        Annotation c => Checked(c),
        _ => mark,
    };

    private Area Cut(Area area)
    {
        var x = Keep(area.Name, area.X, area.Low, out bool[] low);
        Keep(null, area.X, area.High, out bool[] high, count: false);
        bool[] both = [.. low.Zip(high, (a, b) => a && b)];
        return area with { X = x, Low = Only(area.Low, both), High = Only(area.High, both) };
    }

    private Bars Cut(Bars bars)
    {
        Keep(bars.Name, bars.Left, bars.Top, out bool[] kept);
        bool Whisker(int k) => kept[k] && Fits(bars.Low![k], state.YLog) && Fits(bars.High![k], state.YLog);
        bool[] whiskers = bars.Low is null ? kept : [.. kept.Select((_, k) => Whisker(k))];
        int omitted = kept.Zip(whiskers).Count(k => k.First && !k.Second);
        if (omitted > 0)
        {
            omissions.Add((
                $"{Quoted(bars.Name)}{omitted} of {kept.Length} whiskers missing, infinite or ≤ 0 on a log axis, not drawn",
                $"{Quoted(bars.Name, "：")}{kept.Length} 条误差线中有 {omitted} 条缺失、为无穷大或在对数轴上 ≤ 0，"
                + "未画出"));
        }

        return bars with
        {
            Top = Only(bars.Top, kept),
            Low = bars.Low is null ? null : Only(bars.Low, whiskers),
            High = bars.High is null ? null : Only(bars.High, whiskers),
        };
    }

    private ReferenceLine Checked(ReferenceLine line)
    {
        if (line.Value <= 0 && (line.Horizontal ? state.YLog : state.XLog))
            throw new ArgumentException($"{Quoted(line.Label)}a line at "
                + $"{Ticks.Short(line.Value)} cannot be drawn on a log axis, which holds values > 0.");
        return line;
    }

    private Annotation Checked(Annotation note)
    {
        if ((note.X <= 0 && state.XLog) || (note.Y <= 0 && state.YLog))
        {
            throw new ArgumentException(
                $"Note '{string.Join(' ', note.Lines.English)}': ({Ticks.Short(note.X)}, "
                + $"{Ticks.Short(note.Y)}) cannot be drawn on a log axis, which holds values > 0.");
        }

        return note;
    }

    private double[] Keep(Bilingual? name, double[] x, double[] y, out bool[] kept, bool count = true)
    {
        bool bars = state.Categories is not null;
        kept = [.. x.Zip(y, (a, b) => (bars || Fits(a, state.XLog)) && Fits(b, state.YLog))];
        int infinite = x.Zip(y).Count(p => double.IsInfinity(p.First) || double.IsInfinity(p.Second));
        int negative = x.Zip(y).Count(p => (!bars && state.XLog && p.First <= 0 && double.IsFinite(p.First))
            || (state.YLog && p.Second <= 0 && double.IsFinite(p.Second)));
        if (count)
        {
            Omit(name, negative, x.Length, ("≤ 0, not drawn on the log axis", " ≤ 0，无法画在对数轴上"));
            Omit(name, infinite, x.Length, ("infinite, not drawn", "为无穷大，未画出"));
            if (negative + infinite > 0 && !kept.Contains(true))
                throw new ArgumentException($"{Quoted(name)}no value can be drawn: {string.Join("; ", omissions)}.");
        }

        return Only(x, kept);
    }

    private void Omit(Bilingual? name, int omitted, int of, Bilingual how)
    {
        if (omitted > 0)
        {
            omissions.Add((
                string.Create(CultureInfo.InvariantCulture, $"{Quoted(name)}{omitted:N0} of {of:N0} values {how}"),
                string.Create(CultureInfo.InvariantCulture, $"{Quoted(name, "：")}{of:N0} 个值中有 {omitted:N0} 个{how.Chinese}")));
        }
    }

    private static string Quoted(Bilingual? name) => name is null ? "" : $"{name}: ";

    private static string Quoted(Bilingual? name, string colon) => name is null ? "" : name.In(Language.Chinese) + colon;

    private static bool Fits(double value, bool log) => double.IsFinite(value) && !(log && value <= 0);

    private static double[] Only(double[] values, bool[] kept) => [.. values.Zip(kept, (v, keep) => keep ? v : double.NaN)];

    private IEnumerable<Mark> Histograms()
    {
        var all = state.Samples.SelectMany(s => s.Values).Where(v => Fits(v, state.XLog)).Select(Along).ToArray();
        foreach (var sample in state.Samples)
        {
            int left = sample.Values.Count(v => !Fits(v, state.XLog));
            Omit(sample.Name, left, sample.Values.Length, state.XLog
                ? ("not finite or ≤ 0, left out", "不是有限数或 ≤ 0，未计入")
                : ("not finite, left out", "不是有限数，未计入"));
            if (left == sample.Values.Length)
                throw new ArgumentException($"Histogram {Quoted(sample.Name)}no value can be counted of {sample.Values.Length}.");
            double min = all.Min(), max = all.Max();
            if (min == max)
                (min, max) = (min - 0.5, max + 0.5);
            yield return Binned(sample, min, max, state.Samples.Count > 1 ? 0.55 : 1);
        }
    }

    private Bars Binned(Sample sample, double min, double max, double opacity)
    {
        double width = (max - min) / sample.Bins;
        var counts = new double[sample.Bins];
        foreach (double value in sample.Values.Where(v => Fits(v, state.XLog)))
            counts[Math.Clamp((int)((Along(value) - min) / width), 0, sample.Bins - 1)]++;
        double Edge(int k) => state.XLog ? Math.Pow(10, min + k * width) : min + k * width;
        return new Bars(
            sample.Name,
            [.. counts.Select((_, k) => Edge(k))],
            [.. counts.Select((_, k) => Edge(k + 1))],
            [.. counts.Select(c => state.YLog && c == 0 ? double.NaN : c)],
            0,
            sample.Style,
            opacity);
    }

    private double Along(double value) => state.XLog ? Math.Log10(value) : value;
}
