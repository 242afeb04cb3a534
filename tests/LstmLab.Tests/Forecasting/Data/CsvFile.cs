using System.Text;
using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

/// <summary>Reads text as the file t.csv.</summary>
internal static class CsvFile
{
    public static DataFrame Read(string text, Csv? csv = null) => Read(Encoding.UTF8.GetBytes(text), csv);

    public static DataFrame Read(byte[] bytes, Csv? csv = null)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("csv");
        string path = Path.Combine(folder.FullName, "t.csv");
        try
        {
            File.WriteAllBytes(path, bytes);
            return (csv ?? new()).Read(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static void Refused(string message, string text, Csv? csv = null) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => Read(text, csv)).Message);

    /// <summary>The file is refused, and the message tells these facts.</summary>
    public static void RefusedWith(string text, Csv? csv, params string[] facts)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(text, csv)).Message;
        Assert.All(facts, fact => Assert.Contains(fact, message, StringComparison.Ordinal));
    }

    public static object?[] Values(this DataFrame frame, string column) => [.. frame.Columns[column].Cast<object?>()];
}
