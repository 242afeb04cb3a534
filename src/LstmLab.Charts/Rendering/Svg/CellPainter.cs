using OxyPlot;

namespace LstmLab.Charts.Rendering.Svg;

/// <summary>Draws the cells of a heatmap: rectangles in a small grid, one image in a large one.</summary>
internal static class CellPainter
{
    private const int MostRectangles = 600;

    public static void Draw(SvgCanvas canvas, Box plot, Cells cells)
    {
        string[][] colors = [.. cells.Values.Select(row => row.Select(v => ColorScale.Of(cells, v)).ToArray())];
        int rows = colors.Length, columns = colors[0].Length;
        if (rows * columns > MostRectangles)
        {
            canvas.Image(plot, colors);
            return;
        }

        double width = plot.Width / columns, height = plot.Height / rows;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                var place = new Box(plot.Left + column * width, plot.Top + row * height, width, height);
                string color = colors[row][column];
                canvas.Rectangle(place, color, color == ColorScale.Missing ? Palette.Grid : color, 0.5);
                if (cells.Print)
                {
                    canvas.Text(place.Left + width / 2, place.Top + height / 2, cells.Texts[row][column], XyLayout.TickSize,
                        Palette.On(color), align: HorizontalAlignment.Center);
                }
            }
        }
    }
}
