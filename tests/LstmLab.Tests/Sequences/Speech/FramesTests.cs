using LstmLab.Sequences;
using Xunit;

namespace LstmLab.Tests.Sequences.Speech;

public class FramesTests
{
    private static readonly float[][] Line = [[0, 1], [1, 3], [2, 5], [3, 7], [4, 9], [5, 11], [6, 13]];

    [Fact]
    public void Stacked_frames_follow_each_other_and_the_last_is_repeated() =>
        Assert.Equal([[0, 1, 1, 3, 2, 5], [3, 7, 4, 9, 5, 11], [6, 13, 6, 13, 6, 13]], Frames.Stack(Line, 3));

    [Fact]
    public void Speed_interpolates()
    {
        Assert.Equal([[0, 1], [2, 5], [4, 9], [6, 13]], Frames.Speed(Line, 2));
        Assert.Equal([0, .5f, 1, 1.5f], Frames.Speed(Line, .5)[..4].Select(frame => frame[0]));
        Assert.Equal(14, Frames.Speed(Line, .5).Length);
        Assert.Equal(Line, Frames.Speed(Line, 1));
        Assert.Equal([[7f], [7f]], Frames.Speed([[7]], .5));
    }

    [Fact]
    public void Standardized_frames_have_mean_0_and_variance_1()
    {
        float[][] frames = Frames.Standardize([[1, 5, 2], [2, 5, 9], [6, 5, 4]]);
        Assert.Equal(0, frames.Average(frame => frame[0]), 1e-6);
        Assert.Equal(1, frames.Average(frame => frame[2] * frame[2]), 1e-6);
        Assert.All(frames, frame => Assert.Equal(0, frame[1]));
    }

    [Fact]
    public void Slopes_of_a_line_are_its_slope()
    {
        float[][] frames = Frames.WithSlopes(Line);
        Assert.Equal([2, 5, 1, 2], frames[2]);
        Assert.Equal([3, 7, 1, 2], frames[3]);
        Assert.Equal((1 + 2 * 2) / 10f, frames[0][2]);
    }

    [Fact]
    public void Frames_that_do_not_fit_are_named()
    {
        Assert.Contains("none", Assert.Throws<ArgumentException>(() => Frames.Stack([], 3)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Frame 1 has 1", Assert.Throws<ArgumentException>(() => Frames.Standardize([[1, 2], [1]])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Frames.Speed(Line, 0));
    }
}
