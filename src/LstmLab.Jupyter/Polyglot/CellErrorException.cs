using LstmLab.Jupyter.Execution;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>
/// Carries what is known of a failure, such as its line, through the events of .NET Interactive, which have a place only for an exception.
/// </summary>
internal sealed class CellErrorException(CellError error) : Exception(error.Value)
{
    public CellError Error => error;
}
