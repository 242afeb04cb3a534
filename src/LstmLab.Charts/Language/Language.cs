namespace LstmLab.Charts;

/// <summary>A language of figures, tables and paragraphs.</summary>
public enum Language
{
    /// <summary>English.</summary>
    English,

    /// <summary>Simplified Chinese.</summary>
    Chinese,
}
