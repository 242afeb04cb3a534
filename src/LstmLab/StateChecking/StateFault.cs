namespace LstmLab;

/// <summary>What is wrong with how a state is carried.</summary>
public enum StateFaultKind
{
    /// <summary>Outputs depend on no earlier step, whole or in chunks: there is no state to carry.</summary>
    Stateless,

    /// <summary>The same input twice from the same beginning gives different outputs.</summary>
    NotRepeatable,

    /// <summary>A state that is passed in changes no output.</summary>
    NotUsed,

    /// <summary>Each chunk begins at the initial state: what the chunk before returned is not passed on.</summary>
    NeverFedBack,

    /// <summary>Each chunk begins at zeros.</summary>
    ResetAtEachCall,

    /// <summary>Two states stand in each other's place, such as h and c.</summary>
    Swapped,

    /// <summary>A state is taken from another output: of another layer, another state, another step.</summary>
    WrongOutput,

    /// <summary>A chunk begins at the state before the last step of the chunk before it.</summary>
    OneStepLate,

    /// <summary>A chunk begins at the state of the chunk before the last.</summary>
    OneCallLate,

    /// <summary>None of the faults that are tried gives these outputs.</summary>
    Unknown,
}

/// <summary>A fault of the state.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Text">It in words, with the name of the state.</param>
public sealed record StateFault(StateFaultKind Kind, string Text)
{
    /// <summary>The fault in words.</summary>
    public override string ToString() => Text;
}
