using LstmLab.Charts;
using LstmLab.Charts.Progress;
using Xunit;

namespace LstmLab.Tests.Charts;

public class TrainingCurveTests
{
    private static readonly EpochReport Half = new(10, 20, 0.0123456, 0.5, 0.01, 1, TimeSpan.FromSeconds(5));

    [Fact]
    public void While_it_trains_a_bar_says_loss_rate_and_time_left_above_the_curve()
    {
        var progress = new TrainingProgress(Half, Samples.Lines());
        var bundle = progress.ToMimeBundle();

        Assert.Equal("epoch 10 of 20 · loss 0.01235 · held out 0.5 · learning rate 0.01 · 2 epochs/s · 5 s left", bundle["text/plain"]);
        Assert.StartsWith("<div><progress value=\"10\" max=\"20\"", (string)bundle["text/html"], StringComparison.Ordinal);
        Assert.EndsWith(Samples.Lines().ToSvg(), (string)bundle["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_bar_is_shown_until_the_last_picture_which_is_the_curve_alone()
    {
        var shown = new List<object>();
        var curve = new LiveCurve(Figure.New("Live"), [("loss", Role.Train)], TimeProvider.System, value =>
        {
            shown.Add(value);
            return new LiveOutput(shown.Add);
        })
        { Wrap = figure => new TrainingProgress(Half, figure) };
        curve.Add(1, 0.5);
        var final = curve.Done();
        curve.Done();

        Assert.Equal(2, shown.Count);
        Assert.IsType<TrainingProgress>(shown[0]);
        Assert.Equal(final.ToSvg(), Assert.IsType<XyFigure>(shown[1]).ToSvg());
    }
}
