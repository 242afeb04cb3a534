namespace LstmLab.Jupyter.Notebooks;

/// <summary>A notebook that cannot be read or drawn; the message is complete for a user and names the place.</summary>
internal sealed class NotebookException(string message, Exception? inner = null) : Exception(message, inner);
