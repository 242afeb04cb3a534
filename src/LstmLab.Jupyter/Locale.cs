using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace LstmLab.Jupyter;

/// <summary>Cultures and encodings of this process.</summary>
internal static partial class Locale
{
    private const string Variable = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    /// <summary>
    /// Makes all encodings known, formats by the invariant culture whatever the machine's is, and does without other cultures
    /// where ICU is missing, which it says.
    /// To be called before anything asks for a culture: without ICU the runtime would end the process.
    /// </summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(Variable) is null && LoadIcu() == 0)
        {
            AppContext.SetSwitch("System.Globalization.Invariant", true);

            // For the processes that this one starts: the run of notebooks, which would say it again, and the restore of
            // packages, which would fail.
            Environment.SetEnvironmentVariable(Variable, "1");
            Console.Error.WriteLine(
                "lstmlab: ICU is not installed, so there is only the invariant culture. "
                + "To have all, install it: 'apt-get install libicu-dev', 'dnf install libicu' or 'apk add icu-libs'.");
        }

        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
    }

    /// <summary>What the runtime itself calls to find ICU.</summary>
    /// <returns>0 if there is none.</returns>
    [LibraryImport("libSystem.Globalization.Native", EntryPoint = "GlobalizationNative_LoadICU")]
    private static partial int LoadIcu();
}
