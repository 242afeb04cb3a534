namespace LstmLab.Jupyter;

/// <summary>The functions every cell can call without a <c>using</c>.</summary>
public static class CellFunctions
{
    /// <summary>Shows a value below the cell, as <see cref="NotebookOutput.Display"/> does.</summary>
    /// <param name="value">Shown by the display rules of the README.</param>
    /// <returns>A handle that replaces the output in place.</returns>
#pragma warning disable IDE1006 // The name .NET Interactive gives it.
    public static DisplayHandle display(object? value) => NotebookOutput.Display(value);
#pragma warning restore IDE1006
}
