using System.Text.Json.Serialization;

namespace LstmLab.Charts;

/// <summary>What the evidence says of a claim. A table shows it with a symbol and in words, not by color alone.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>The claim is true as far as it was tested.</summary>
    Holds,

    /// <summary>The claim is true in a case that the evidence names, and not in general.</summary>
    OnlyFor,

    /// <summary>The claim is not plainly false, but a reader will take it for something that is.</summary>
    Misleading,

    /// <summary>The claim is false.</summary>
    Fails,

    /// <summary>The evidence at hand does not decide.</summary>
    CannotBeSettled,
}

/// <summary>How a verdict is shown.</summary>
public static class Verdicts
{
    /// <summary>The verdict in words, in both languages.</summary>
    public static Bilingual Words(this Verdict verdict) => verdict switch
    {
        Verdict.Holds => ("holds", "成立"),
        Verdict.OnlyFor => ("true only for …", "仅在……时成立"),
        Verdict.Misleading => ("misleading", "有误导性"),
        Verdict.Fails => ("fails", "不成立"),
        _ => ("cannot be settled", "无法判定"),
    };

    /// <summary>A sign that stands for the verdict where there is no room for words; a dash where nothing was tried.</summary>
    public static string Symbol(Verdict? verdict) => verdict switch
    {
        Verdict.Holds => "✓",
        Verdict.OnlyFor => "◐",
        Verdict.Misleading => "⚠",
        Verdict.Fails => "✗",
        null => "–",
        _ => "?",
    };

    internal static Bilingual Marked(Verdict? verdict) =>
        WithSymbol(verdict, verdict?.Words() ?? ("not tried here", "这里没有检验"));

    internal static Bilingual WithSymbol(Verdict? verdict, Bilingual text) =>
        new($"{Symbol(verdict)} {text.English}", text.Chinese is null ? null : $"{Symbol(verdict)} {text.Chinese}");

    /// <summary>Dark ink on a tint of its own: readable on a white page and on a dark one.</summary>
    internal static string Style(Verdict? verdict) => verdict switch
    {
        Verdict.Holds => "background:#D9F0E8;color:#00543D;",
        Verdict.OnlyFor => "background:#DCEBF7;color:#003F66;",
        Verdict.Misleading => "background:#FBF0C4;color:#5C4700;",
        Verdict.Fails => "background:#FBE3D3;color:#8A3D00;",
        _ => "background:#E8E8E8;color:#404040;",
    };
}
