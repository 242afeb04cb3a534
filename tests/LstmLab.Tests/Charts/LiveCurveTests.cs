using LstmLab.Charts;
using Xunit;

namespace LstmLab.Tests.Charts;

public class LiveCurveTests
{
    [Fact]
    public void It_redraws_at_most_twice_a_second_and_ends_with_every_point()
    {
        var clock = new Clock();
        var pictures = new List<string>();
        var curve = new LiveCurve(
            Figure.New("Live"), [("loss", Role.Train)], clock, figure =>
            {
                pictures.Add(figure.ToString()!);
                return new LiveOutput(next => pictures.Add(next.ToString()!));
            });
        for (int k = 0; k < 100; k++)
        {
            curve.Add(k, 1.0 / (k + 1));
            clock.Milliseconds += 20;
        }

        Assert.Equal(4, pictures.Count);
        var final = curve.Done();
        curve.Done();

        Assert.Equal(5, pictures.Count);
        Assert.Equal(final.ToString(), pictures[^1]);
        Assert.Equal(
            Figure.New("Live").Line(Enumerable.Range(0, 100), Enumerable.Range(0, 100).Select(k => 1.0 / (k + 1)), "loss", Role.Train)
            .ToSvg(),
            final.ToSvg());
    }

    [Fact]
    public void A_loop_that_fails_leaves_every_point_drawn()
    {
        var pictures = new List<string>();
        Assert.Throws<InvalidOperationException>(Fail);

        Assert.Contains("3 values", pictures[^1], StringComparison.Ordinal);

        void Fail()
        {
            using var curve = new LiveCurve(Figure.New("Live"), [("loss", Role.Train)], new Clock(), figure =>
            {
                pictures.Add(figure.ToString()!);
                return new LiveOutput(next => pictures.Add(next.ToString()!));
            });
            for (int k = 0; k < 3; k++)
                curve.Add(k, k);
            throw new InvalidOperationException();
        }
    }

    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
