using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

/// <summary>Files in the forms in which public sources offer them: each loads by options, and without them the error names the
/// option.</summary>
public class CsvCaseTests
{
    [Fact]
    public void Climate_stations_write_dates_without_hyphens()
    {
        const string text = "station,date,tmax\nA,20240101,12.5\nA,20240102,13.5\nA,20240103,11\n";
        Csv csv = new() { Time = "date", Series = "station" };
        CsvFile.RefusedWith(text, csv, "line 2, column 'date'", "'20240101'", "DateFormats");
        DataFrame frame = CsvFile.Read(text, csv with { DateFormats = ["yyyyMMdd"] });
        Assert.Equal([new DateTime(2024, 1, 1), new DateTime(2024, 1, 2), new DateTime(2024, 1, 3)], frame.Dates("date"));
        Assert.Equal([12.5, 13.5, 11], frame.Numbers("tmax"));
    }

    [Fact]
    public void Economic_series_mark_holidays_by_a_point()
    {
        const string text = "DATE,DGS10\n2024-01-01,4.1\n2024-01-02,.\n2024-01-03,4.2\n2024-01-04,4.3\n";
        Csv csv = new() { Time = "DATE", Missing = Missing.Keep };
        CsvFile.RefusedWith(text, csv, "line 3, column 'DGS10'", "MissingMarks = [\".\"]");
        Assert.Equal([4.1, null, 4.2, 4.3], CsvFile.Read(text, csv with { MissingMarks = ["."] }).Values("DGS10"));
    }

    [Fact]
    public void Electricity_markets_write_intervals_and_n_e()
    {
        const string text = "\"Time (CET/CEST)\",\"Day-ahead Total Load Forecast [MW] - BZN|DE-LU\","
            + "\"Actual Total Load [MW] - BZN|DE-LU\"\n"
            + "\"01.01.2024 00:00 - 01.01.2024 00:15\",\"39000\",\"38500\"\n\"01.01.2024 00:15 - 01.01.2024 00:30\",\"38900\",\"38400\"\n"
            + "\"01.01.2024 00:30 - 01.01.2024 00:45\",\"38800\",\"n/e\"\n";
        Csv csv = new() { Time = "Time (CET/CEST)", DateFormats = ["dd.MM.yyyy HH:mm"], Missing = Missing.Keep };
        CsvFile.RefusedWith(text, csv, "line 4", "Actual Total Load", "MissingMarks = [\"n/e\"]");
        DataFrame frame = CsvFile.Read(text, csv with { MissingMarks = ["n/e"] });
        Assert.Equal([38500.0, 38400.0, null], frame.Values("Actual Total Load [MW] - BZN|DE-LU"));
        Assert.Equal([0, 15, 30], frame.Dates("Time (CET/CEST)").Select(date => date.Minute));
    }

    [Fact]
    public void Household_power_has_two_columns_of_time_and_question_marks()
    {
        const string text = "Date;Time;Global_active_power;Voltage\n16/12/2006;17:24:00;4.216;234.84\n16/12/2006;17:25:00;?;?\n"
            + "16/12/2006;17:26:00;5.374;233.29\n";
        Csv csv = new()
        {
            Separator = ';',
            Time = "Date",
            TimeOfDay = "Time",
            DateFormats = ["dd/MM/yyyy HH:mm:ss"],
            Missing = Missing.Keep,
        };
        CsvFile.RefusedWith(text, csv, "line 3, column 'Global_active_power'", "MissingMarks = [\"?\"]");
        CsvFile.RefusedWith(text, csv with { TimeOfDay = null }, "line 2, column 'Date'", "TimeOfDay");
        DataFrame frame = CsvFile.Read(text, csv with { MissingMarks = ["?"] });
        Assert.Equal([4.216, null, 5.374], frame.Values("Global_active_power"));
        Assert.Equal(new DateTime(2006, 12, 16, 17, 26, 0), frame.Dates("Date")[2]);
    }

    [Fact]
    public void Weather_of_Jena_marks_a_missing_wind_by_a_number()
    {
        const string text = "\"Date Time\",\"p (mbar)\",\"T (degC)\",\"wv (m/s)\"\n01.01.2009 00:10:00,996.52,-8.02,1.03\n"
            + "01.01.2009 00:20:00,996.57,-8.41,-9999.00\n01.01.2009 00:30:00,996.53,-8.51,0.19\n"
            + "01.01.2009 00:30:00,996.53,-8.51,0.19\n01.01.2009 00:50:00,996.51,-8.31,0.34\n";
        Csv csv = new()
        {
            Time = "Date Time",
            DateFormats = ["dd.MM.yyyy HH:mm:ss"],
            Duplicates = DuplicatePolicy.First,
            Gaps = GapPolicy.Insert,
            Missing = Missing.Keep,
            MissingMarks = ["-9999"],
        };
        Assert.Equal([1.03, null, 0.19, null, 0.34], CsvFile.Read(text, csv).Values("wv (m/s)"));
    }

    [Fact]
    public void An_empty_column_is_named_when_rows_with_holes_are_dropped()
    {
        const string text = "d,y,z\n2024-01-01,1,\n2024-01-02,1,\n2024-01-03,2,\n";
        Csv csv = new() { Time = "d", Missing = Missing.Drop };
        CsvFile.RefusedWith(text, csv, "Missing.Drop", "'z'", "Ignore");
        Assert.Equal([1, 1, 2], CsvFile.Read(text, csv with { Ignore = ["z"] }).Numbers("y"));
    }

    [Fact]
    public void Prices_have_thousands_percent_and_millions()
    {
        const string text = "\uFEFF\"Date\",\"Price\",\"Open\",\"High\",\"Low\",\"Vol.\",\"Change %\"\n"
            + "\"01/12/2024\",\"1,234.56\",\"1,230.10\",\"1,240.00\",\"1,220.00\",\"1.25M\",\"0.36%\"\n"
            + "\"01/11/2024\",\"1,230.10\",\"1,229.00\",\"1,235.00\",\"1,219.00\",\"980.5K\",\"-0.12%\"\n"
            + "\"01/10/2024\",\"999.90\",\"999.00\",\"1,001.00\",\"990.00\",\"-\",\"0.00%\"\n";
        Csv csv = new() { Time = "Date", DateFormats = ["MM/dd/yyyy"], Unsorted = UnsortedPolicy.Sort, Missing = Missing.Keep };
        CsvFile.RefusedWith(text, csv, "line 2, column 'Price'", "'1,234.56'", "ThousandsSeparator");
        csv = csv with { ThousandsSeparator = ',' };
        CsvFile.RefusedWith(text, csv, "line 2, column 'Vol.'", "'1.25M'", "Units");
        csv = csv with { Units = Csv.CommonUnits };
        CsvFile.RefusedWith(text, csv, "line 4, column 'Vol.'", "MissingMarks = [\"-\"]");
        DataFrame frame = CsvFile.Read(text, csv with { MissingMarks = ["-"] });
        Assert.Equal([999.9, 1230.1, 1234.56], frame.Numbers("Price"));
        Assert.Equal([null, 980_500.0, 1_250_000.0], frame.Values("Vol."));
        Assert.Equal([0, -0.0012, 0.0036], frame.Numbers("Change %"));
    }

    [Fact]
    public void European_numbers_swap_point_and_comma()
    {
        const string text = "Datum;Preis;Menge\n01.02.2024;1.234,56;10\n02.02.2024;1.235,00;12\n03.02.2024;999,10;9\n";
        Csv csv = new() { Separator = ';', Time = "Datum", DateFormats = ["dd.MM.yyyy"] };
        CsvFile.RefusedWith(text, csv, "line 2, column 'Preis'", "'1.234,56'", "DecimalSeparator");
        DataFrame frame = CsvFile.Read(text, csv with { DecimalSeparator = ',', ThousandsSeparator = '.' });
        Assert.Equal([1234.56, 1235, 999.1], frame.Numbers("Preis"));
        Assert.Equal([10, 12, 9], frame.Numbers("Menge"));
    }

    [Fact]
    public void Series_may_take_turns()
    {
        const string text = "unique_id,ds,y\nA,2024-01-01,1\nB,2024-01-01,10\nA,2024-01-02,2\nB,2024-01-02,20\n"
            + "A,2024-01-03,3\nB,2024-01-03,30\n";
        Assert.Equal([1, 2, 3, 10, 20, 30], CsvFile.Read(text, new() { Time = "ds", Series = "unique_id" }).Numbers("y"));
    }

    [Fact]
    public void Prices_of_Tokyo_stay_on_their_weekdays()
    {
        int[] days = [4, 5, 6, 7, 8, 11, 12];
        string text = "Date,Close\n" + string.Concat(days.Select(day => $"2024-03-{day:00} 00:00:00+09:00,{day}\n"));
        DataFrame frame = CsvFile.Read(text, new() { Time = "Date" }).WithCalendar("Date", CalendarFeature.Weekend, CalendarFeature.Week);
        Assert.Equal(DayOfWeek.Monday, frame.Dates("Date")[0].DayOfWeek);
        Assert.All(frame.Numbers("weekend"), weekend => Assert.Equal(0, weekend));
        Assert.Equal(0, frame.Numbers("week_sin")[0]);
    }

    [Fact]
    public void Hours_with_changing_offsets_are_told_apart_and_keep_their_calendar()
    {
        string text = "time,load\n2024-10-27T00:00:00+02:00,0\n2024-10-27T01:00:00+02:00,1\n2024-10-27T02:00:00+02:00,2\n"
            + string.Concat(Enumerable.Range(2, 5).Select(hour => $"2024-10-27T0{hour}:00:00+01:00,{hour + 1}\n"));
        DataFrame frame = CsvFile.Read(text, new() { Time = "time" }).WithCalendar("time", CalendarFeature.HalfHour);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], frame.Numbers("load"));
        Assert.Equal(new DateTime(2024, 10, 26, 22, 0, 0), frame.Dates("time")[0]);
        Assert.Equal([0, 2, 4, 4, 6, 8, 10, 12], frame.Numbers("half_hour"));
    }

    [Fact]
    public void A_repeated_hour_without_an_offset_is_named_and_one_can_be_kept()
    {
        const string text = "time,load\n2024-10-27 00:00,0\n2024-10-27 01:00,1\n2024-10-27 02:00,2\n2024-10-27 02:00,3\n"
            + "2024-10-27 03:00,4\n";
        Csv csv = new() { Time = "time" };
        CsvFile.RefusedWith(text, csv, "line 5: 2024-10-27 02:00:00 as on line 4", "DuplicatePolicy.First");
        Assert.Equal([0, 1, 2, 4], CsvFile.Read(text, csv with { Duplicates = DuplicatePolicy.First }).Numbers("load"));
    }

    [Fact]
    public void Lines_before_the_table_are_left_out()
    {
        const string text = "Data source: test station\nUnits: MW\n\ndate,load\n2024-01-01,1.5\n2024-01-02,2\n";
        CsvFile.RefusedWith(text, new() { Time = "date" }, "line 4", "SkipFirst = 3");
        Assert.Equal([1.5, 2], CsvFile.Read(text, new() { Time = "date", SkipFirst = 3 }).Numbers("load"));
    }

    [Fact]
    public void A_line_of_totals_is_left_out()
    {
        const string text = "date,v\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\nTotal,6\n";
        CsvFile.RefusedWith(text, new() { Time = "date" }, "line 5", "'Total'", "SkipLast");
        Assert.Equal([1, 2, 3], CsvFile.Read(text, new() { Time = "date", SkipLast = 1 }).Numbers("v"));
    }

    [Fact]
    public void Days_that_end_at_24_hours_go_on()
    {
        const string text = "time,v\n01/01/2024 23:00,1\n01/01/2024 24:00,2\n01/02/2024 01:00,3\n";
        DateTime[] dates = CsvFile.Read(text, new() { Time = "time", DateFormats = ["MM/dd/yyyy HH:mm"] }).Dates("time");
        Assert.Equal([new DateTime(2024, 1, 1, 23, 0, 0), new DateTime(2024, 1, 2), new DateTime(2024, 1, 2, 1, 0, 0)], dates);
    }
}
