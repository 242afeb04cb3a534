using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Execution;

namespace LstmLab.Jupyter;

/// <summary>
/// Output of the running cell, for libraries that notebooks load. A library finds it by reflection and needs no reference.
/// </summary>
public static class NotebookOutput
{
    /// <summary>Adds an output to the running cell, from any thread.</summary>
    /// <param name="value">Shown by the display rules of the README.</param>
    /// <param name="transient">True keeps the output for the HTML page and leaves it out of the stored notebook.</param>
    /// <returns>A handle that replaces the output in place.</returns>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public static DisplayHandle Display(object? value, bool transient = false)
    {
        CellInterrupt.Check();
        var cell = RunningCell.Require();
        var id = cell.NextDisplayId();
        cell.Emit(new DisplayAdded(id, DisplayRules.Format(value), transient));
        return new DisplayHandle(cell.Session, id);
    }

    /// <summary>Removes what the running cell has put out so far.</summary>
    /// <param name="wait">True waits for the next output, so that the place does not flicker.</param>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public static void Clear(bool wait = false) => RunningCell.Require().Emit(new OutputCleared(wait));
}

/// <summary>One displayed output, which can be replaced in place.</summary>
public sealed class DisplayHandle
{
    private readonly ICellSession session;
    private readonly int id;

    internal DisplayHandle(ICellSession session, int id) => (this.session, this.id) = (session, id);

    /// <summary>Replaces the output; what is stored is the last state.</summary>
    /// <param name="value">Shown by the display rules of the README.</param>
    /// <exception cref="InvalidOperationException">No cell of the notebook that made the output is running.</exception>
    public void Update(object? value)
    {
        var cell = RunningCell.Require();
        if (cell.Session != session)
        {
            throw new InvalidOperationException("The display belongs to another notebook than the running cell.");
        }

        // An interrupted computation may still show where it ended.
        cell.Emit(new DisplayUpdated(id, DisplayRules.Format(value)));
        CellInterrupt.Check();
    }
}
