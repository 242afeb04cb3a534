namespace LstmLab.Jupyter.Running;

/// <summary>Hears what the runner does, in order.</summary>
internal interface IRunProgress
{
    void NotebookStarted(string path);

    void CellStarted(int number, int count, string firstLine);

    void CellFailed(string path, CellFailure failure);

    /// <summary>The notebook ran, but its page has a formula that is wrong.</summary>
    void PageFailed(string message);

    /// <summary>The page lacks something, such as a picture from the network.</summary>
    void PageNoted(string message);

    void NotebookEnded(NotebookResult result);
}
