namespace LstmLab;

/// <summary>How a program that hosts a training, such as a notebook's kernel, can end it without a token: it leaves an
/// <see cref="Action"/> in the application context, which throws once its user wants the end.</summary>
internal static class HostInterrupt
{
    /// <summary>The name in the application context.</summary>
    public const string Name = "LstmLab.CheckInterrupt";

    /// <summary>What to call between two batches.</summary>
    public static Action Check => AppContext.GetData(Name) as Action ?? (static () => { });
}
