using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items.Engines;

/// <summary>One command whose output is backed up as a file.</summary>
/// <param name="Command">As given to the device's shell.</param>
/// <param name="WorkDir">The folder in which it runs; empty for the agent's own.</param>
/// <param name="SaveAs">The file's name in the backup.</param>
public sealed record ProgramCommand(string Command, string WorkDir, string SaveAs);

/// <summary>What a Protected Item of type Program Output backs up: a view of its EngineProps.</summary>
/// <param name="props">The settings.</param>
public sealed class ProgramSelection(JsonObject props)
{
    /// <summary>The commands; the first is the item's own, further ones stand beside it (EXTRACOMMAND). Never empty.</summary>
    public IReadOnlyList<ProgramCommand> Commands
    {
        get =>
        [
            new(props.Text(ItemEngines.StdoutKeys.Command), props.Text(ItemEngines.StdoutKeys.WorkDir), props.Text(ItemEngines.StdoutKeys.SaveAs)),
            .. props.List(ItemEngines.StdoutKeys.Extra).Select(Read),
        ];
        set
        {
            props[ItemEngines.StdoutKeys.Command] = value[0].Command;
            props.SetText(ItemEngines.StdoutKeys.WorkDir, value[0].WorkDir);
            props[ItemEngines.StdoutKeys.SaveAs] = value[0].SaveAs;
            props.SetList(ItemEngines.StdoutKeys.Extra, [.. value.Skip(1).Select(static c => new JsonArray(c.Command, c.WorkDir, c.SaveAs).ToJsonString())]);
        }
    }

    /// <summary>True for a key that this view shows.</summary>
    public static bool Knows(string key) => key is ItemEngines.StdoutKeys.Command or ItemEngines.StdoutKeys.WorkDir or ItemEngines.StdoutKeys.SaveAs
        || key.StartsWith(ItemEngines.StdoutKeys.Extra, StringComparison.Ordinal);

    private static ProgramCommand Read(string json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonArray parts && parts.All(static p => p?.GetValueKind() == JsonValueKind.String) && parts.Count > 0
                ? new ProgramCommand(Part(parts, 0), Part(parts, 1), Part(parts, 2))
                : new ProgramCommand(json, "", "");
        }
        catch (JsonException)
        {
            return new ProgramCommand(json, "", ""); // shown as it is, so that a person can mend it
        }
    }

    private static string Part(JsonArray parts, int at) => at < parts.Count ? parts[at]!.GetValue<string>() : "";
}
