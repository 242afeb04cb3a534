namespace LstmLab.Jupyter.Language;

/// <summary>Positions in code: Jupyter counts code points, .NET counts UTF-16 units.</summary>
internal static class CodePoints
{
    /// <summary>The UTF-16 position of a cursor; the end for one beyond it or below zero.</summary>
    public static int ToUtf16(string code, int cursor)
    {
        var position = 0;
        for (; cursor != 0 && position < code.Length; cursor--) position += Width(code, position);
        return position;
    }

    public static int FromUtf16(string code, int position)
    {
        var count = 0;
        for (var i = 0; i < position; i += Width(code, i)) count++;
        return count;
    }

    private static int Width(string code, int position) => position + 1 < code.Length && char.IsSurrogatePair(code, position) ? 2 : 1;
}
