using System.Text.Json;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work.Streams;

/// <summary>The engine of Program Output (spec/01 §5.1): each command is a file of the backup.</summary>
public static class ProgramOutput
{
    /// <summary>The dumps of an item.</summary>
    /// <exception cref="AgentFailure">A setting is missing or means nothing.</exception>
    public static IReadOnlyList<Dump> Of(AgentItem item)
    {
        var props = item.EngineProps;
        List<(string Command, string Folder, string Name)> commands = [];
        if (props.GetValueOrDefault(ItemEngines.StdoutKeys.Command) is { Length: > 0 } command)
        {
            commands.Add((command, props.GetValueOrDefault(ItemEngines.StdoutKeys.WorkDir) ?? "", props.GetValueOrDefault(ItemEngines.StdoutKeys.SaveAs) ?? ""));
        }

        commands.AddRange(props.Where(static p => p.Key.StartsWith(ItemEngines.StdoutKeys.Extra, StringComparison.Ordinal) && p.Value.Length > 0)
            .OrderBy(static p => p.Key.Length).ThenBy(static p => p.Key, StringComparer.Ordinal).Select(static p => Extra(p.Value)));
        if (commands.Count == 0)
        {
            throw new AgentFailure("The Protected Item names no command. Add one to it.");
        }

        if (commands.FirstOrDefault(static c => FileName(c.Name).Length == 0) is { Command: { } nameless })
        {
            throw new AgentFailure($"The Protected Item does not say under which file name the output of \"{nameless}\" is stored. Add it.");
        }

        if (commands.GroupBy(static c => FileName(c.Name), StringComparer.Ordinal).FirstOrDefault(static g => g.Count() > 1) is { } twice)
        {
            throw new AgentFailure($"Two commands of the Protected Item are to be stored as {twice.Key}. Give each a name of its own.");
        }

        return [.. commands.Select(static c => new Dump(FileName(c.Name), ChildRun.Shell(c.Command, c.Folder), $"The command \"{c.Command}\""))];
    }

    /// <summary>A name that stands in the backup's top folder or below it.</summary>
    public static string FileName(string name) =>
        string.Join('/', name.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static s => s is not ("." or "..")).Select(static s => new string([.. s.Where(static c => !char.IsControl(c))])).Where(static s => s.Length > 0));

    private static (string Command, string Folder, string Name) Extra(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StringsJson.Default.StringArray) is [{ Length: > 0 } command, var folder, var name]
                ? (command, folder ?? "", name ?? "")
                : throw new JsonException("it must have three texts: command, folder and file name");
        }
        catch (JsonException ex)
        {
            throw new AgentFailure($"The further command {json} of the Protected Item can't be read: {ex.Message}. Correct it.", ex);
        }
    }
}
