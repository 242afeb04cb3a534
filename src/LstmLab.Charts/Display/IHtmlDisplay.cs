namespace LstmLab.Charts.Display;

/// <summary>What <see cref="HtmlFormatterSource"/> needs of a type to show it.</summary>
internal interface IHtmlDisplay
{
    string ToHtml();
}
