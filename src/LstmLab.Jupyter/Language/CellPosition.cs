using LstmLab.Jupyter.Polyglot;
using Microsoft.CodeAnalysis.Text;

namespace LstmLab.Jupyter.Language;

/// <summary>Which language stands at a position of a cell.</summary>
internal static class CellPosition
{
    /// <summary>The place as line and column if it is in another language or in a directive; null in C#.</summary>
    /// <param name="kernels">The languages of the notebook.</param>
    /// <param name="code">The cell.</param>
    /// <param name="position">The position in UTF-16 units.</param>
    /// <param name="csharp">The C# of the cell, as long as the cell.</param>
    public static Microsoft.DotNet.Interactive.LinePosition? Elsewhere(
        NotebookKernels kernels, string code, int position, out string csharp)
    {
        var parts = kernels.Divide(code, null);
        csharp = CellPart.CSharpOnly(code, parts);
        var place = SourceText.From(code).Lines.GetLinePosition(position);
        return parts.LastOrDefault(part => part.Line <= place.Line + 1) is { IsCSharp: false } ? new(place.Line, place.Character) : null;
    }
}
