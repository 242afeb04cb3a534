namespace LstmLab.Jupyter;

/// <summary>The functions every cell can call without a <c>using</c>.</summary>
#pragma warning disable CA1708 // Both names are .NET Interactive's.
public static class CellFunctions
#pragma warning restore CA1708
{
    /// <summary>Shows a value below the cell, as <see cref="NotebookOutput.Display"/> does.</summary>
    /// <param name="value">Shown by the display rules of the README.</param>
    /// <returns>A handle that replaces the output in place.</returns>
    public static DisplayHandle Display(this object? value) => NotebookOutput.Display(value);

    /// <inheritdoc cref="Display"/>
#pragma warning disable IDE1006 // The names .NET Interactive and IPython give them.
    public static DisplayHandle display(object? value) => NotebookOutput.Display(value);

    /// <summary>Removes what the running cell has put out so far.</summary>
    /// <param name="wait">True waits for the next output, so that the place does not flicker.</param>
    public static void clear_output(bool wait = false) => NotebookOutput.Clear(wait);
#pragma warning restore IDE1006
}
