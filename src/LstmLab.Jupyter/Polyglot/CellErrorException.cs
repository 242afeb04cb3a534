using LstmLab.Jupyter.Execution;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>Carries what is known of a failure, its line among it, through the events of .NET Interactive, which have a place for an exception alone.</summary>
internal sealed class CellErrorException(CellError error) : Exception(error.Value)
{
    public CellError Error => error;
}
