namespace LstmLab.Forecasting;

/// <summary>The rows of a file in the order of time: out of order, twice or left out, as the policies have it.</summary>
/// <param name="Rows">Number of each row in the file; −1 for one inserted.</param>
/// <param name="Dates">Date of each row; empty without a column of dates.</param>
/// <param name="Local">Time of the place of each row, where the dates are UTC; null where they are the time of the place.</param>
/// <param name="Inserted">Place and series of each row inserted.</param>
internal sealed record TimeAxis(
    IReadOnlyList<int> Rows, IReadOnlyList<DateTime> Dates, IReadOnlyList<DateTime>? Local,
    IReadOnlyList<(int Row, string? Series)> Inserted)
{
    // The day on which clocks go forward has 23 hours.
    private static readonly TimeSpan ShortestDay = TimeSpan.FromHours(23);

    public static TimeAxis Of(CsvRows file, Csv csv)
    {
        int[] all = [.. Enumerable.Range(0, file.Lines.Count)];
        string[]? names = csv.Series is null ? null : file.Column(csv.Series).Names();
        IGrouping<string?, int>[] series = [.. all.GroupBy(row => names?[row])];
        if (csv.Time is null) return new([.. series.SelectMany(rows => rows)], [], null, []);
        CsvColumn time = file.Column(csv.Time);
        DateTime[] dates = time.Dates(file.Lines);
        IReadOnlyList<TimeSpan>? offsets = Changing(series, dates, time.Offsets) ? time.Offsets : null;
        if (offsets is not null)
            for (int row = 0; row < dates.Length; row++) dates[row] -= offsets[row];
        List<int> kept = [];
        List<DateTime> axis = [];
        List<DateTime>? local = offsets is null ? null : [];
        List<(int Row, string? Series)> inserted = [];
        foreach (IGrouping<string?, int> rows in series)
        {
            Walk walk = new(file, csv, dates, rows.Key);
            List<int> sorted = walk.Unique(walk.Ordered([.. rows]));
            TimeSpan offset = default;
            foreach ((int row, DateTime date) in walk.Stepped(sorted))
            {
                if (row < 0) inserted.Add((kept.Count, rows.Key));
                else if (offsets is not null) offset = offsets[row];
                kept.Add(row);
                axis.Add(date);
                // A row inserted has the offset of the one before.
                local?.Add(date + offset);
            }
        }

        return new(kept, axis, local, inserted);
    }

    // Steps of a day or more follow the calendar of the place; shorter ones follow elapsed time, which only UTC shows when the offset
    // changes.
    private static bool Changing(IGrouping<string?, int>[] series, DateTime[] dates, IReadOnlyList<TimeSpan> offsets)
    {
        if (offsets.Count == 0) return false;
        foreach (IGrouping<string?, int> rows in series)
        {
            if (rows.All(row => offsets[row] == offsets[rows.First()])) continue;
            DateTime[] instants = [.. rows.Select(row => dates[row] - offsets[row]).Order()];
            TimeSpan usual = instants.Zip(instants.Skip(1), (a, b) => b - a).CountBy(step => step).MaxBy(count => count.Value).Key;
            if (usual < ShortestDay) return true;
        }

        return false;
    }

    // One series.
    private sealed class Walk(CsvRows file, Csv csv, DateTime[] dates, string? series)
    {
        public List<int> Ordered(List<int> rows)
        {
            string[] late = [.. rows.Zip(rows.Skip(1)).Where(pair => dates[pair.Second] < dates[pair.First]).Select(pair =>
                $"line {file.Lines[pair.Second]}: {At(pair.Second)} comes after {At(pair.First)}")];
            if (late.Length == 0) return rows;
            return csv.Unsorted == UnsortedPolicy.Sort ? [.. rows.OrderBy(row => dates[row])]
                : throw Error("dates must rise, but some are out of order", late, "UnsortedPolicy.Sort sorts the rows.");
        }

        public List<int> Unique(List<int> rows)
        {
            if (!rows.Zip(rows.Skip(1)).Any(pair => dates[pair.First] == dates[pair.Second])) return rows;
            IGrouping<DateTime, int>[] groups = [.. rows.GroupBy(row => dates[row])];
            return csv.Duplicates switch
            {
                DuplicatePolicy.First => [.. groups.Select(group => group.Min())],
                DuplicatePolicy.Last => [.. groups.Select(group => group.Max())],
                _ => throw Error("dates must differ, but some come again", [.. groups.SelectMany(group => group.Skip(1).Select(row =>
                    $"line {file.Lines[row]}: {At(row)} as on line {file.Lines[group.First()]}"))],
                    "DuplicatePolicy.First or DuplicatePolicy.Last keeps one row of each."),
            };
        }

        public IEnumerable<(int Row, DateTime Date)> Stepped(List<int> rows)
        {
            Frequency frequency = csv.Frequency ?? Frequency.Find([.. rows.Select(row => dates[row])]);
            List<(int Row, DateTime Date)> walked = [(rows[0], dates[rows[0]])];
            List<string> gaps = [], odd = [];
            int inserted = 0;
            for (int n = 1; n < rows.Count; n++)
            {
                DateTime date = dates[rows[n]], expected = frequency.Next(dates[rows[n - 1]]);
                int missing = 0;
                // More rows than the file holds are a wrong date, not a gap.
                for (; expected < date && inserted + missing <= rows.Count; missing++, expected = frequency.Next(expected))
                    walked.Add((-1, expected));
                string place = $"line {file.Lines[rows[n]]}: {At(rows[n])} follows {At(rows[n - 1])}";
                if (expected != date) odd.Add(place);
                else if (missing > 0) gaps.Add($"{place}, {missing} left out");
                inserted += missing;
                walked.Add((rows[n], date));
            }

            if (csv.Gaps == GapPolicy.Accept) return rows.Select(row => (row, dates[row]));
            if (odd.Count > 0)
                throw Error($"expected steps of {frequency}, but found others", odd,
                    "Frequency states another; GapPolicy.Accept takes any dates that rise.");
            return gaps.Count == 0 || csv.Gaps == GapPolicy.Insert ? walked
                : throw Error($"expected steps of {frequency}, but dates are left out", gaps,
                "GapPolicy.Insert inserts rows of missing values, GapPolicy.Accept takes any dates that rise.");
        }

        private string At(int row) => Frequency.Text(dates[row]);

        private InvalidDataException Error(string what, IReadOnlyList<string> places, string help) =>
            new($"{file.Name}, column '{csv.Time}'{(series is null ? "" : $", series '{series}'")}: "
            + $"{what}. {string.Join("; ", places.Take(3))}{(places.Count > 3 ? $"; and {places.Count - 3} more" : "")}. {help}");
    }
}
