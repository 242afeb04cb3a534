using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Leakage;

/// <summary>Leaks through columns of every type are found, and columns that cannot be tested are refused.</summary>
public class ColumnTypeTests
{
    private static readonly int[] Counts = [.. Frames.AutoRegressive(200, 0.5).Select(value => (int)Math.Round(20 + (5 * value)))];

    public static TheoryData<string, DataFrameColumn> Types => new()
    {
        { "double", new DoubleDataFrameColumn("x", Counts.Select(n => n / 7.0)) },
        { "float", new SingleDataFrameColumn("x", Counts.Select(n => n / 7f)) },
        { "decimal", new DecimalDataFrameColumn("x", Counts.Select(n => n / 7m)) },
        { "long", new Int64DataFrameColumn("x", Counts.Select(n => (long)n)) },
        { "int", new Int32DataFrameColumn("x", Counts) },
        { "short", new Int16DataFrameColumn("x", Counts.Select(n => (short)n)) },
        { "byte", new ByteDataFrameColumn("x", Counts.Select(n => (byte)n)) },
        { "bytes near the end of their range", new ByteDataFrameColumn("x", Counts.Select(n => (byte)(200 + n))) },
        { "bool", new BooleanDataFrameColumn("x", Counts.Select(n => n > 20)) },
        { "events", new DoubleDataFrameColumn("x", Counts.Select(n => n > 20 ? 1.0 : 0)) },
        { "zeros", new DoubleDataFrameColumn("x", Counts.Select((n, row) => row == 0 ? 3.0 : 0)) },
        { "nothing but zeros", new Int32DataFrameColumn("x", Counts.Select(_ => 0)) },
        { "negative numbers", new Int32DataFrameColumn("x", Counts.Select(n => -n)) },
    };

    [Theory, MemberData(nameof(Types))]
    public void A_column_of_the_next_row_is_found_and_one_of_the_row_before_passes(string what, DataFrameColumn column)
    {
        DataFrame frame = new(column);
        LeakageReport next = LeakageCheck.Columns(frame, given => Shifted(given, 1)),
            before = LeakageCheck.Columns(frame, given => Shifted(given, -1));
        Assert.True(next.Leaks.SingleOrDefault() is { What: "Column 'y'" }, $"{what}: {next}");
        Assert.True(before.Passed, $"{what}: {before}");
    }

    [Theory, MemberData(nameof(Types))]
    public void Samples_that_reach_into_the_test_are_found(string what, DataFrameColumn column)
    {
        DataFrame frame = new(column);
        Assert.False(LeakageCheck.Samples(frame, 160, given => Cut(given, 165)).Passed, what);
        Assert.True(LeakageCheck.Samples(frame, 160, given => Cut(given, 160)).Passed, what);
    }

    [Fact]
    public void What_the_frame_reads_from_a_file_is_tested()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "x,wet\n" + string.Join('\n', Counts.Select(n => $"{n}.5,{(n > 20 ? "True" : "False")}")));
        DataFrame frame = DataFrame.LoadCsv(file);
        File.Delete(file);
        Assert.Equal([typeof(float), typeof(bool)], frame.Columns.Select(column => column.DataType));
        Assert.False(LeakageCheck.Columns(frame, given => Shifted(given, 1)).Passed);
        Assert.False(LeakageCheck.Columns(frame, given => given.With("y", given.Columns["wet"].Cast<bool>().Reverse()
            .Select(wet => wet ? 1.0 : 0))).Passed);
    }

    [Fact]
    public void Text_that_is_used_is_refused_by_name_and_text_that_is_not_used_passes()
    {
        DataFrame frame = Labelled();
        ArgumentException refused = Assert.Throws<ArgumentException>(() => LeakageCheck.Columns(frame, Sunny));
        Assert.Contains("'label' (it holds String)", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("'place'", refused.Message, StringComparison.Ordinal);
        Assert.True(LeakageCheck.Columns(frame, given => Shifted(given, -1)).Passed);
        Assert.True(LeakageCheck.Columns(frame, Sunny, "label").Passed);
        Assert.Throws<ArgumentException>(() => LeakageCheck.Samples(frame, 160, given => Cut(Sunny(given), 160, "sunny")));
    }

    [Fact]
    public void A_column_without_values_in_the_last_rows_is_refused()
    {
        DataFrame frame = Labelled();
        frame.Columns.Add(new DoubleDataFrameColumn("late", Counts.Select((n, row) => row < 100 ? (double?)n : null)));
        ArgumentException refused = Assert.Throws<ArgumentException>(() => LeakageCheck.Columns(frame, given =>
            given.With("filled", given.Columns["late"].Cast<double?>().Select(value => value ?? 0))));
        Assert.Contains("'late' (it has no value from row 160 on)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_with_nothing_to_change_is_refused() =>
        Assert.Contains("nothing to change", Assert.Throws<ArgumentException>(() =>
        LeakageCheck.Columns(Labelled(), given => given, "x")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_derivation_whose_rows_depend_on_the_future_is_found() =>
        Assert.Equal("The frame", LeakageCheck.Columns(Labelled(), given =>
        Convert.ToDouble(given.Columns["x"][199], null) == Counts[199] ? given.Slice(0, 200) : given.Slice(0, 199)).Leaks.Single().What);

    private static DataFrame Labelled() => new(new Int32DataFrameColumn("x", Counts),
        new StringDataFrameColumn("label", Counts.Select(n => n > 20 ? "sun" : "rain")),
        new StringDataFrameColumn("place", Counts.Select(_ => "here")));

    private static DataFrame Sunny(DataFrame frame) =>
        frame.With("sunny", frame.Columns["label"].Cast<string>().Select(label => label == "sun" ? 1.0 : 0));

    private static DataFrame Shifted(DataFrame frame, int rows) => frame.With("y", Enumerable.Range(0, 200)
        .Select(row => Convert.ToDouble(frame.Columns["x"][Math.Clamp(row + rows, 0, 199)], null)));

    private static Dataset<double> Cut(DataFrame frame, int end, string column = "x")
    {
        double[] y = [.. Enumerable.Range(0, 200).Select(row => Convert.ToDouble(frame.Columns[column][row], null))];
        int[] origins = [.. Enumerable.Range(10, end - 10)];
        return new(Windows.Inputs<double>([y], 10, origins), Tensors.Of([.. origins.Select(origin => y[origin])], origins.Length, 1));
    }
}
