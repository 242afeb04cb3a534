namespace LstmLab.Sequences;

/// <summary>What is done with the frames of an utterance, [T][K], before a network reads them.</summary>
public static class Frames
{
    /// <summary>Each row of the result is some neighboring frames, one after another, so that a network makes fewer steps:
    /// [⌈T/count⌉][count·K]. The last frame is repeated where frames are missing.</summary>
    /// <param name="frames">The frames; at least one.</param>
    /// <param name="count">Frames in a row.</param>
    public static float[][] Stack(float[][] frames, int count)
    {
        Require(frames);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return [.. Enumerable.Range(0, (frames.Length + count - 1) / count).Select(row => Enumerable.Range(row * count, count)
            .SelectMany(t => frames[Math.Min(t, frames.Length - 1)]).ToArray())];
    }

    /// <summary>The frames of the same utterance at another speed: ⌈T/factor⌉ frames, linearly interpolated.</summary>
    /// <param name="frames">The frames; at least one.</param>
    /// <param name="factor">Above 1 faster, below 1 slower.</param>
    public static float[][] Speed(float[][] frames, double factor)
    {
        Require(frames);
        if (!(factor > 0)) throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor must be above 0.");
        int count = (int)Math.Ceiling(frames.Length / factor);
        float[][] result = new float[count][];
        for (int t = 0; t < count; t++)
        {
            double place = Math.Min(t * factor, frames.Length - 1);
            int low = Math.Min((int)place, Math.Max(0, frames.Length - 2)), high = Math.Min(low + 1, frames.Length - 1);
            float share = (float)(place - low);
            result[t] = [.. frames[low].Zip(frames[high], (a, b) => a + share * (b - a))];
        }

        return result;
    }

    /// <summary>The frames with mean 0 and variance 1 in each coefficient, over the utterance itself: (c − c̄) / s with
    /// s² = Σ(c − c̄)²/T. What is the same in every frame, such as the sound of a microphone, is gone. A coefficient that never changes
    /// becomes 0.</summary>
    /// <param name="frames">The frames; at least one.</param>
    public static float[][] Standardize(float[][] frames)
    {
        Require(frames);
        int width = frames[0].Length;
        double[] mean = new double[width], deviation = new double[width];
        foreach (float[] frame in frames)
            for (int k = 0; k < width; k++) mean[k] += (double)frame[k] / frames.Length;
        foreach (float[] frame in frames)
            for (int k = 0; k < width; k++) deviation[k] += (frame[k] - mean[k]) * (frame[k] - mean[k]) / frames.Length;
        return [.. frames.Select(frame => frame
            .Select((c, k) => deviation[k] > 0 ? (float)((c - mean[k]) / Math.Sqrt(deviation[k])) : 0).ToArray())];
    }

    /// <summary>The frames with their slopes behind them, [T][2·K]: Δc_t = Σ_n n (c_{t+n} − c_{t−n}) / (2 Σ_n n²), n = 1, 2, the slope of
    /// a straight line through five frames (Furui, IEEE TASSP 1986). The first and the last frame are repeated.</summary>
    /// <param name="frames">The frames; at least one.</param>
    public static float[][] WithSlopes(float[][] frames)
    {
        Require(frames);
        float[] At(int t) => frames[Math.Clamp(t, 0, frames.Length - 1)];
        return [.. frames.Select((frame, t) => frame
            .Concat(frame.Select((_, k) => (At(t + 1)[k] - At(t - 1)[k] + 2 * (At(t + 2)[k] - At(t - 2)[k])) / 10)).ToArray())];
    }

    private static void Require(float[][] frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Length == 0) throw new ArgumentException("There must be at least one frame, but there is none.", nameof(frames));
        int odd = Array.FindIndex(frames, frame => frame.Length != frames[0].Length);
        if (odd >= 0)
            throw new ArgumentException(
                $"Frame {odd} has {frames[odd].Length} coefficients, but frame 0 has {frames[0].Length}.", nameof(frames));
    }
}
