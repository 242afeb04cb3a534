namespace LstmLab;

/// <summary>A buffer, tensor or option has the wrong shape; the message names it, what was expected and what was found.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Makes the exception with its message.</summary>
    public ShapeException(string message) : base(message)
    {
    }
}
