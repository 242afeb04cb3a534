using System.Reflection;

namespace LstmLab.Charts.Display;

/// <summary>A host that displays values, found among loaded assemblies and called by reflection, so that neither is referenced.</summary>
internal static class NotebookHost
{
    private const BindingFlags Static = BindingFlags.Public | BindingFlags.Static;

    /// <summary>The way to display a value, transient or not, in the project's own kernel if it is loaded, else in .NET Interactive if a
    /// cell of it is running, else null. It gives what replaces the value; null if nothing can.</summary>
    public static Func<object, bool, Action<object>?>? Find(IEnumerable<Assembly> loaded)
    {
        var assemblies = loaded.ToArray();
        foreach (var type in Types(assemblies, "LstmLab.Jupyter", "NotebookOutput"))
        {
            if (type.GetMethod("Display", Static, [typeof(object), typeof(bool)]) is { } display)
                return (value, transient) => UpdateOf(display.Invoke(null, [value, transient]));
        }

        foreach (var type in Types(assemblies, "Microsoft.DotNet.Interactive", "KernelInvocationContext"))
        {
            var context = type.GetProperty("Current", Static)?.GetValue(null);
            var display = type.Assembly.GetType(type.FullName + "Extensions")?.GetMethod("Display", Static,
                [type, typeof(object), typeof(string[])]);
            // Without MIME types it stores those that the value's type prefers. Its display(x).Update(y) appends since June 2025; this
            // handle replaces.
            if (context is not null && display is not null)
                return (value, _) => UpdateOf(display.Invoke(null, [context, value, Array.Empty<string>()]));
        }

        return null;
    }

    private static IEnumerable<Type> Types(Assembly[] loaded, string assembly, string type) =>
        loaded.Where(a => a.GetName().Name == assembly).Select(a => a.GetType($"{assembly}.{type}")).OfType<Type>();

    private static Action<object>? UpdateOf(object? handle) =>
        handle?.GetType().GetMethod("Update", [typeof(object)]) is { } update ? value => update.Invoke(handle, [value]) : null;
}
