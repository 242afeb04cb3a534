namespace LstmLab.Sweeps;

/// <summary>A sweep cannot be read, run or collected; the message says what was expected, what was found and what to do.</summary>
public sealed class SweepException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, and the remedy.</param>
    /// <param name="inner">What caused it, if anything.</param>
    public SweepException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
