using System.IO.Compression;
using System.Text;
using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

public class CsvSourceTests
{
    [Fact]
    public void A_packed_file_opens_by_itself()
    {
        DataFrame frame = CsvFile.Read(Packed("date,Température\n2024-01-01,1.5\n2024-01-02,2.5\n"), new() { Time = "date" });
        Assert.Equal([1.5, 2.5], frame.Numbers("Température"));
        Assert.Equal([1], CsvFile.Read(Packed("made by x\na\n1\nTotal\n"), new() { SkipFirst = 1, SkipLast = 1 }).Numbers("a"));
    }

    [Fact]
    public void A_packed_file_that_ends_too_early_is_refused()
    {
        byte[] packed = Packed("a\n" + string.Concat(Enumerable.Range(0, 5000).Select(n => $"{n % 7}{n * n}\n")));
        Assert.Contains("t.csv", Assert.Throws<InvalidDataException>(() => CsvFile.Read(packed[..(packed.Length / 2)])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_before_and_after_the_table_are_left_out_and_counted()
    {
        Csv csv = new() { SkipFirst = 2, SkipLast = 1 };
        Assert.Equal([1, 2], CsvFile.Read("made by x\n\na,b\n1,2\n2,3\nTotal,6\n\n", csv).Numbers("a"));
        CsvFile.RefusedWith("made by x\n\na,b\n1,2\nwarm,3\nTotal,6\n", csv, "line 5, column 'a'", "as on line 4");
        CsvFile.RefusedWith("made by x\n\n1,2\n2,3\n4,5\n", csv, "line 3 holds numbers");
        CsvFile.RefusedWith("a\n1\n", new() { SkipFirst = 5 }, "holds 2 lines", "SkipFirst leaves out 5");
        CsvFile.RefusedWith("a\n1\n", new() { SkipLast = 5 }, "is empty");
        Assert.Throws<ArgumentOutOfRangeException>(() => CsvFile.Read("a\n1\n", new() { SkipLast = -1 }));
    }

    [Fact]
    public void Comments_are_left_out_and_counted()
    {
        Csv csv = new() { CommentMark = '#' };
        Assert.Equal([1, 2], CsvFile.Read("# made by x\na,b\n1,2\n# note, with a comma\n2,3\n", csv).Numbers("a"));
        CsvFile.RefusedWith("# made by x\na,b\n1,2\n# note\nwarm,3\n", csv, "line 5", "as on line 3");
    }

    [Fact]
    public void Another_encoding_is_named_in_the_header_and_in_rows_and_can_be_told()
    {
        byte[] header = Encoding.Latin1.GetBytes("date,Température\n2024-01-01,1.5\n");
        string message = Assert.Throws<InvalidDataException>(() => CsvFile.Read(header)).Message;
        Assert.All(["t.csv, line 1", "UTF-8", "'Température' in Latin-1", "Encoding = Encoding.Latin1"],
            fact => Assert.Contains(fact, message, StringComparison.Ordinal));
        Assert.Equal([1.5], CsvFile.Read(header, new() { Encoding = Encoding.Latin1 }).Numbers("Température"));
        Assert.Contains("line 3, column 'a': expected UTF-8", Assert.Throws<InvalidDataException>(() =>
            CsvFile.Read(Encoding.Latin1.GetBytes("a\n1\n20 °C\n"))).Message, StringComparison.Ordinal);
        byte[] wide = Encoding.Unicode.GetBytes("made by x\nä\n1\n");
        Assert.Equal([1], CsvFile.Read(wide, new() { Encoding = Encoding.Unicode, SkipFirst = 1 }).Numbers("ä"));
        Assert.Equal([1], CsvFile.Read([.. Encoding.Unicode.GetPreamble(), .. wide], new() { SkipFirst = 1 }).Numbers("ä"));
        Assert.Contains("us-ascii", Assert.Throws<InvalidDataException>(() =>
            CsvFile.Read(Encoding.UTF8.GetBytes("ä\n1\n"), new() { Encoding = Encoding.ASCII })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_column_without_a_name_is_the_index_of_pandas()
    {
        DataFrame frame = CsvFile.Read(",date,value\n0,2024-01-01,1.5\n1,2024-01-02,2.5\n", new() { Time = "date" });
        Assert.Equal(["index", "date", "value"], frame.Columns.Select(column => column.Name));
        frame = CsvFile.Read(",y\n2024-01-01,1.5\n2024-01-02,2.5\n", new() { Time = "index" });
        Assert.Equal(new DateTime(2024, 1, 2), frame.Dates("index")[1]);
        CsvFile.RefusedWith(",index\n1,2\n", null, "line 1", "column 1 has no name");
        CsvFile.RefusedWith(",0,1\n0,2,3\n", null, "line 1 holds numbers");
    }

    [Fact]
    public void Columns_can_be_left_out()
    {
        Csv csv = new() { Ignore = ["note", "z"] };
        Assert.Equal(["y"], CsvFile.Read("note,y,z\n1,5,\nx,6,\n", csv).Columns.Select(column => column.Name));
        CsvFile.RefusedWith("y,z\n1,2\n", csv, "'note'", "ignored", "'y', 'z'");
    }

    private static byte[] Packed(string text)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionMode.Compress)) stream.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
