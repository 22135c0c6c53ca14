using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Items.Engines;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items.Forms;

/// <summary>A Protected Item with its backup rules as its fields in the editor: a view of the contract's SourceConfig. Fields that it does not show stay as they are.</summary>
public sealed class ItemForm
{
    private readonly List<RuleForm> _rules;

    /// <summary>The fields of an item.</summary>
    /// <param name="id">Its key in the profile.</param>
    /// <param name="source">SourceConfig, changed by the fields.</param>
    /// <param name="rules">Its rules.</param>
    public ItemForm(string id, JsonObject source, IEnumerable<RuleForm> rules)
    {
        (Id, Source, _rules) = (id, source, [.. rules]);
    }

    /// <summary>Its key in the profile.</summary>
    public string Id { get; }

    /// <summary>SourceConfig.</summary>
    public JsonObject Source { get; }

    /// <summary>Its backup rules.</summary>
    public IReadOnlyList<RuleForm> Rules => _rules;

    /// <summary>Its name.</summary>
    public string Name
    {
        get => Source.Text("Description");
        set => Source["Description"] = value;
    }

    /// <summary>The device; empty for none yet.</summary>
    public string DeviceId
    {
        get => Source.Text("OwnerDevice");
        set => Source["OwnerDevice"] = value;
    }

    /// <summary>Its type. Another one begins with settings of its own.</summary>
    public string Engine
    {
        get => Source.Text("Engine");
        set
        {
            Source["Engine"] = value;
            Source["EngineProps"] = new JsonObject();
        }
    }

    /// <summary>The engine's settings.</summary>
    public JsonObject Props => Source.MapForWrite("EngineProps");

    /// <summary>The settings of Files and Folders.</summary>
    public FileSelection Files => new(Props);

    /// <summary>The settings of Program Output.</summary>
    public ProgramSelection Program => new(Props);

    /// <summary>The settings of MySQL.</summary>
    public MySqlSelection MySql => new(Props);

    /// <summary>Vaults for which the item has a retention of its own, with its policy.</summary>
    public IEnumerable<KeyValuePair<string, JsonObject>> Overrides => Source.Entries("OverrideDestinationRetention");

    /// <summary>A new item.</summary>
    /// <param name="deviceId">Its device; empty for none yet.</param>
    public static ItemForm New(string deviceId)
    {
        var source = ProfileTemplates.Item();
        (source["Engine"], source["OwnerDevice"]) = (ItemEngines.File, deviceId);
        return new ItemForm(Guid.NewGuid().ToString(), source, []);
    }

    /// <summary>The fields of a saved item; its parts are copied.</summary>
    public static ItemForm Of(string id, JsonObject source, IReadOnlyDictionary<string, JsonObject> rules) => new(
        id, (JsonObject)source.DeepClone(),
        rules.OrderBy(static r => r.Value.Number("CreateTime")).ThenBy(static r => r.Key, StringComparer.Ordinal).Select(static r => new RuleForm(r.Key, (JsonObject)r.Value.DeepClone())));

    /// <summary>Settings that no field shows: kept as they are.</summary>
    public IReadOnlyList<string> OtherKeys() => [.. Props.Select(static p => p.Key).Where(k => !ItemTypes.Knows(Engine, k))];

    /// <summary>Adds a rule.</summary>
    public void Add(RuleForm rule) => _rules.Add(rule);

    /// <summary>Removes a rule.</summary>
    public void Remove(RuleForm rule) => _rules.Remove(rule);

    /// <summary>Gives the item a retention of its own for a vault; null takes it away.</summary>
    public void Override(string vaultId, JsonObject? policy)
    {
        if (policy is not null)
        {
            Source.MapForWrite("OverrideDestinationRetention")[vaultId] = policy;
        }
        else
        {
            Source.Map("OverrideDestinationRetention").Remove(vaultId);
        }
    }

    /// <summary>What shall stand, to be saved.</summary>
    public ItemChange Change()
    {
        var source = (JsonObject)Source.DeepClone();
        source["Description"] = Name.Trim();
        return new ItemChange(Id, source, _rules.ToDictionary(static r => r.Id, static r => (JsonObject)r.Json.DeepClone(), StringComparer.Ordinal));
    }

    /// <summary>What keeps it from being saved, in the order of the page; the same that the command says.</summary>
    /// <param name="os">The device's operating system; empty when unknown.</param>
    public IReadOnlyList<string> Problems(string os)
    {
        List<string> problems = [];
        if (DeviceId.Length == 0)
        {
            problems.Add("Choose the device.");
        }

        if (ItemCheck.Item(Change().Source!, os) is { Ok: false } item)
        {
            problems.Add(item.Why);
        }

        for (var i = 0; i < _rules.Count; i++)
        {
            if (_rules[i].Problem is { } problem)
            {
                problems.Add($"{(_rules[i].Name is { Length: > 0 } name ? name : $"Backup rule {i + 1}")}: {problem}");
            }
        }

        return problems;
    }

    /// <summary>What a person should know before saving, though it can be saved.</summary>
    public IReadOnlyList<string> Warnings()
    {
        List<string> warnings = [];
        if (!_rules.Any(static r => r.RunsByItself))
        {
            warnings.Add("No schedule: this item never runs by itself.");
        }

        if (ItemEngines.Reason(Engine) is { } reason)
        {
            warnings.Add(reason);
        }

        warnings.AddRange(_rules.Where(static r => !r.RunsByItself && r.Schedules.Count == 0)
            .Select(r => $"{(r.Name.Length > 0 ? r.Name : "A backup rule")} has no schedule and does not run by itself.").Distinct().Where(_ => _rules.Any(static r => r.RunsByItself)));
        return warnings;
    }
}
