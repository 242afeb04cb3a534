namespace LstmLab.Formats;

/// <summary>A file of a model is damaged, hostile, or not what it should be; the message names the file, the place in it, what was
/// expected and what was found.</summary>
public sealed class ModelFileException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">Path of the file.</param>
    /// <param name="place">Where in it: an offset, a field, a tensor's name.</param>
    /// <param name="expected">What should stand there.</param>
    /// <param name="found">What stands there.</param>
    /// <param name="cause">What a parser below said, if any.</param>
    /// <param name="remedy">What to do, in whole sentences, if anything.</param>
    public ModelFileException(string file, string place, string expected, string found, Exception? cause = null, string? remedy = null)
        : base($"{file}: {place}: expected {expected}, but found {found}.{(remedy is null ? "" : $" {remedy}")}", cause)
    {
    }

    /// <summary>A text of a file in quotation marks, none longer than a reader can use.</summary>
    internal static string Shown(string text) => $"'{(text.Length > 80 ? text[..80] + "…" : text)}'";
}
