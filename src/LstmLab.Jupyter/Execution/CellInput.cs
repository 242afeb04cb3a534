namespace LstmLab.Jupyter.Execution;

/// <summary>A user who answers a running cell.</summary>
internal abstract class CellInput : TextReader
{
    /// <summary>Asks for one line.</summary>
    /// <returns>The answer without its line break.</returns>
    public abstract string Ask(string prompt, bool isPassword);
}
