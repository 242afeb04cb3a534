using System.Text;

namespace LstmLab.Jupyter.Execution;

/// <summary>Sends the process's Console to a running cell and gives it back when disposed.</summary>
internal sealed class ConsoleCapture : IDisposable
{
    private readonly TextWriter previousOut = Console.Out;
    private readonly TextWriter previousError = Console.Error;
    private readonly TextReader previousIn = Console.In;

    public ConsoleCapture(RunningCell cell, TextReader input)
    {
        Console.SetOut(new CellWriter(cell, "stdout"));
        Console.SetError(new CellWriter(cell, "stderr"));
        Console.SetIn(input);
        DescriptorOutput.Cell = cell;
    }

    public void Dispose()
    {
        Console.SetOut(previousOut);
        Console.SetError(previousError);
        Console.SetIn(previousIn);
        DescriptorOutput.Cell = null;
    }

    private sealed class CellWriter(RunningCell cell, string stream) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override string NewLine => "\n";

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(string? value)
        {
            CellInterrupt.Check();
            if (!string.IsNullOrEmpty(value))
            {
                cell.Emit(new StreamText(stream, value));
            }
        }

        public override void WriteLine(string? value) => Write(value + NewLine);
    }
}
