using System.Numerics;
using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

public sealed partial class XyFigure
{
    /// <summary>A line over dates; otherwise as the overload with numbers.</summary>
    /// <inheritdoc cref="Line{TX, TY}(IEnumerable{TX}, IEnumerable{TY}, Bilingual, Role, Dash, bool)"/>
    public XyFigure Line<TY>(
        DateTime[] x, IEnumerable<TY> y, Bilingual? name = null, Role role = Role.Auto, Dash dash = Dash.Auto, bool markers = false)
        where TY : INumberBase<TY> =>
        Dated.Line(Dates.Days(x), y, name, role, dash, markers);

    /// <summary>Points over dates; otherwise as the overload with numbers.</summary>
    /// <inheritdoc cref="Points{TX, TY}(IEnumerable{TX}, IEnumerable{TY}, Bilingual, Role, Marker)"/>
    public XyFigure Points<TY>(
        DateTime[] x, IEnumerable<TY> y, Bilingual? name = null, Role role = Role.Auto, Marker marker = Marker.Auto)
        where TY : INumberBase<TY> =>
        Dated.Points(Dates.Days(x), y, name, role, marker);

    /// <summary>A band over dates; otherwise as the overload with numbers.</summary>
    /// <inheritdoc cref="Band{TX, TY}(IEnumerable{TX}, IEnumerable{TY}, IEnumerable{TY}, Bilingual, Role)"/>
    public XyFigure Band<TY>(DateTime[] x, IEnumerable<TY> low, IEnumerable<TY> high, Bilingual? name = null, Role role = Role.Auto)
        where TY : INumberBase<TY> =>
        Dated.Band(Dates.Days(x), low, high, name, role);

    /// <summary>A line across the plot at one date, with its label at the top.</summary>
    public XyFigure VerticalLine(DateTime x, Bilingual? label = null, Role role = Role.Baseline, Dash dash = Dash.Auto) =>
        Dated.VerticalLine(Dates.Day(x), label, role, dash);

    private XyFigure Dated => state.XDates ? this : new(state with { XDates = true });
}
