using LstmLab.Jupyter.Notebooks;

namespace LstmLab.Jupyter.Execution;

/// <summary>Lines that start with <c>#!</c> above a cell's code, as .NET Interactive has them.</summary>
/// <param name="Code">The cell with these lines empty, so that each other line keeps its number.</param>
/// <param name="Time"><c>#!time</c>: say how long the cell took.</param>
/// <param name="About"><c>#!about</c>: say what runs the cell.</param>
/// <param name="Imports"><c>#!import file</c>: C# files, and notebooks whose code cells are run, before the cell.</param>
internal sealed record Directives(string Code, bool Time, bool About, IReadOnlyList<string> Imports)
{
    /// <exception cref="ArgumentException">A directive is not known.</exception>
    public static Directives Read(string code)
    {
        var lines = code.Split('\n');
        var (time, about) = (false, false);
        List<string> imports = [];
        for (var i = 0; i < lines.Length && lines[i].Trim() is var line && (line.Length == 0 || line.StartsWith('#') || line.StartsWith("//", StringComparison.Ordinal)); i++)
        {
            if (!line.StartsWith("#!", StringComparison.Ordinal)) continue;

            var words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            switch (words[0])
            {
                case "#!time":
                    time = true;
                    break;
                case "#!about":
                    about = true;
                    break;
                case "#!import" when words.Length == 2:
                    imports.Add(words[1].Trim('"'));
                    break;
                case "#!csharp" or "#!c#":
                    break;
                default:
                    throw new ArgumentException($"'{line}' on line {i + 1} is not known: #!about, #!import FILE and #!time are.");
            }

            lines[i] = "";
        }

        return new Directives(string.Join('\n', lines), time, about, imports);
    }

    /// <summary>The code of a file to import, in the order it is to be run.</summary>
    public static IEnumerable<string> Sources(string path) => Path.GetExtension(path) == ".ipynb"
        ? Notebook.Read(path).Cells.Where(cell => cell.IsExecutable).Select(cell => cell.Source)
        : [File.ReadAllText(path)];
}
