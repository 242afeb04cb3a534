namespace LstmLab.Sequences;

/// <summary>Prefix beam search over CTC's frames; the equations are those of <see cref="Ctc{T}.BeamSearch"/>.</summary>
internal static class PrefixBeam
{
    /// <summary>Searches.</summary>
    /// <param name="logY">ln y, [T, K] row-major.</param>
    /// <param name="classes">K.</param>
    /// <param name="blank">The class that emits nothing.</param>
    /// <param name="width">How many prefixes are kept after each frame.</param>
    /// <returns>The labelings that were left, the most probable first.</returns>
    public static Labeling[] Search(ReadOnlySpan<double> logY, int classes, int blank, int width)
    {
        Prefix root = new(null, -1, 0) { Blank = 0 };
        List<Prefix> beam = [root], reached = [];
        int made = 1;
        for (int start = 0; start < logY.Length; start += classes)
        {
            ReadOnlySpan<double> frame = logY.Slice(start, classes);
            reached.Clear();
            foreach (Prefix prefix in beam)
            {
                double total = prefix.Total;
                Reach(prefix, reached).NextBlank = LogSpace.Add(prefix.NextBlank, total + frame[blank]);
                if (prefix.Label >= 0) prefix.NextLabel = LogSpace.Add(prefix.NextLabel, prefix.EndsInLabel + frame[prefix.Label]);
                for (int k = 0; k < classes; k++)
                {
                    // The same label again is a new one only after a blank.
                    double gain = (k == prefix.Label ? prefix.Blank : total) + frame[k];
                    if (k == blank || double.IsNegativeInfinity(gain)) continue;
                    Prefix longer = Reach(prefix.Followed(k, ref made), reached);
                    longer.NextLabel = LogSpace.Add(longer.NextLabel, gain);
                }
            }

            foreach (Prefix prefix in reached) prefix.Advance();
            reached.Sort(ByProbability);
            (beam, reached) = (reached, beam);
            if (beam.Count > width) beam.RemoveRange(width, beam.Count - width);
        }

        return [.. beam.Select(prefix => new Labeling(prefix.Labels(), prefix.Total))];
    }

    private static Prefix Reach(Prefix prefix, List<Prefix> reached)
    {
        if (!prefix.IsReached) reached.Add(prefix);
        prefix.IsReached = true;
        return prefix;
    }

    private static int ByProbability(Prefix a, Prefix b)
    {
        int order = b.Total.CompareTo(a.Total);
        return order != 0 ? order : a.Number.CompareTo(b.Number);
    }

    // The labels from the root to here, and the probability of all paths so far that give them.
    private sealed class Prefix(Prefix? parent, int label, int number)
    {
        private readonly Dictionary<int, Prefix> _longer = [];

        public int Label => label;

        // The order in which prefixes were first met, which decides between equally probable ones.
        public int Number => number;

        public bool IsReached { get; set; }

        // Paths that end in a blank, and in the label; after this frame, and after the next.
        public double Blank { get; set; } = double.NegativeInfinity;

        public double EndsInLabel { get; private set; } = double.NegativeInfinity;

        public double NextBlank { get; set; } = double.NegativeInfinity;

        public double NextLabel { get; set; } = double.NegativeInfinity;

        public double Total { get; private set; }

        public Prefix Followed(int next, ref int made)
        {
            if (_longer.TryGetValue(next, out Prefix? longer)) return longer;
            longer = new(this, next, made++);
            _longer.Add(next, longer);
            return longer;
        }

        public void Advance()
        {
            (Blank, EndsInLabel, NextBlank, NextLabel) = (NextBlank, NextLabel, double.NegativeInfinity, double.NegativeInfinity);
            Total = LogSpace.Add(Blank, EndsInLabel);
            IsReached = false;
        }

        public int[] Labels()
        {
            List<int> labels = [];
            for (Prefix prefix = this; prefix.Label >= 0; prefix = prefix.Parent!) labels.Add(prefix.Label);
            labels.Reverse();
            return [.. labels];
        }

        private Prefix? Parent => parent;
    }
}
