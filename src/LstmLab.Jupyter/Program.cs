namespace LstmLab.Jupyter;

/// <summary>The tool <c>lstmlab</c>.</summary>
public static class Program
{
    /// <summary>Runs the command line.</summary>
    public static int Main() => 0;
}
