using System.CommandLine;
using LstmLab.Jupyter.Packages;

namespace LstmLab.Jupyter.CommandLine;

/// <summary><c>lstmlab kernel install</c>, <c>uninstall</c> and <c>list</c>.</summary>
internal static class KernelSpecCommands
{
    public static Command Install() => Create(
        "install",
        "Makes the kernel known to Jupyter, for the current user unless a prefix is given. "
            + "It starts this very program, so install again after moving it.",
        (data, name, output, _) =>
        {
            output.WriteLine($"Installed kernel '{name}' in {KernelSpecs.Install(data, name)}");
            return RunCommand.Succeeded;
        });

    public static Command Uninstall() => Create(
        "uninstall", "Removes what install has written, and for the user what cells have noted about packages.",
        (data, name, output, error) =>
        {
            if (KernelSpecs.Uninstall(data, name))
            {
                if (data == KernelSpecs.UserFolder) PackageRestore.Forget();
                output.WriteLine($"Removed kernel '{name}' from {data}");
                return RunCommand.Succeeded;
            }

            error.WriteLine($"lstmlab: no kernel '{name}' of this program in {data}.");
            return RunCommand.Misused;
        });

    public static Command List()
    {
        var prefix = Prefix();
        var command = new Command("list", "Lists this program's kernels: name, folder, and the program each starts.") { User(), prefix };
        command.SetAction(parsed =>
        {
            foreach (var (name, folder, program) in KernelSpecs.Find(DataFolder(parsed.GetValue(prefix))))
            {
                var note = File.Exists(program) ? "" : " (missing: install again)";
                parsed.InvocationConfiguration.Output.WriteLine($"{name}  {folder}  {program}{note}");
            }

            return RunCommand.Succeeded;
        });
        return command;
    }

    private static Command Create(string verb, string description, Func<string, string, TextWriter, TextWriter, int> act)
    {
        var prefix = Prefix();
        var name = new Option<string>("--name")
        {
            Description = "The name notebooks ask for.",
            HelpName = "NAME",
            DefaultValueFactory = _ => KernelSpecs.DefaultName,
        };
        name.Validators.Add(result =>
        {
            var given = result.GetValueOrDefault<string>();
            if (!KernelSpecs.IsName(given)) result.AddError($"--name is '{given}', but may hold only letters, digits, '.', '_' and '-'.");
        });
        var command = new Command(verb, description) { User(), prefix, name };
        command.SetAction(parsed =>
        {
            var configuration = parsed.InvocationConfiguration;
            try
            {
                return act(DataFolder(parsed.GetValue(prefix)), parsed.GetValue(name)!, configuration.Output, configuration.Error);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                configuration.Error.WriteLine($"lstmlab: {exception.Message}");
                return RunCommand.Misused;
            }
        });
        return command;
    }

    private static string DataFolder(string? prefix) => prefix is null ? KernelSpecs.UserFolder : KernelSpecs.FolderBelow(prefix);

    private static Option<bool> User() => new("--user") { Description = "In the current user's folder; so it is without options, too." };

    private static Option<string?> Prefix() => new("--prefix")
    {
        Description = "In the folder share/jupyter below DIR, such as /usr/local or a Python environment.",
        HelpName = "DIR",
    };
}
