using System.Text.Json;
using Comet.Blazor.Agent.State;

namespace Comet.Blazor.Agent.Schedules;

/// <summary>The marks of an account's rules, on disk. Not safe for several threads at once.</summary>
public sealed class RuleBook
{
    // Marks stay when their rule leaves the profile: one that comes back must not run an instant again. A mark has some 200 bytes.
    private readonly string _path;
    private Dictionary<string, RuleMark> _marks = new(StringComparer.Ordinal);

    /// <summary>Reads what an earlier run of the agent has left. A file that can't be read is told and begun anew: then each rule counts as new.</summary>
    /// <exception cref="IOException">The state folder can't be read.</exception>
    public RuleBook(StateFolder state, string accountId, AgentConsole console)
    {
        _path = state.Sub("schedules", StateFolder.NameFor(accountId) + ".json");
        if (!File.Exists(_path))
        {
            return;
        }

        try
        {
            foreach (var mark in JsonSerializer.Deserialize(File.ReadAllBytes(_path), StateJson.Default.RuleMarks)!.Rules)
            {
                _marks[mark.RuleId] = mark;
            }
        }
        catch (JsonException ex)
        {
            console.Say($"The file {_path} is damaged ({ex.Message}); the agent forgets when its schedules ran last.");
        }
    }

    /// <summary>What is remembered; null for a rule that is new.</summary>
    public RuleMark? Find(string ruleId) => _marks.GetValueOrDefault(ruleId);

    /// <summary>Remembers marks; when this returns, they are on the disk.</summary>
    /// <exception cref="IOException">They are not, and nothing is remembered.</exception>
    public void Keep(IEnumerable<RuleMark> marks)
    {
        var news = marks.Where(m => Find(m.RuleId) != m).ToArray();
        if (news.Length == 0)
        {
            return;
        }

        var all = new Dictionary<string, RuleMark>(_marks, StringComparer.Ordinal);
        foreach (var mark in news)
        {
            all[mark.RuleId] = mark;
        }

        DurableFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(new RuleMarks([.. all.Values]), StateJson.Default.RuleMarks));
        _marks = all;
    }
}
