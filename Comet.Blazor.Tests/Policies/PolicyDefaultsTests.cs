using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Policies;

/// <summary>Protected Items and backup rules of new devices, as the editor changes them.</summary>
public sealed class PolicyDefaultsTests
{
    private readonly JsonObject _policy = JsonNode.Parse("""
        {"DefaultSources":{"a":{"Description":"Home","Engine":"engine1/file","Future":1}},
         "DefaultSourcesWithOSRestriction":{"w":{"SourceConfig":{"Description":"Users","Engine":"engine1/future"},"RestrictOS":1,"Future":2}},
         "DefaultSourcesBackupRules":{"r1":{"Description":"Nightly","Source":"a","Destination":"1101","Future":3}},
         "DefaultBackupRules":{"r2":{"Description":"Weekly","Source":"","Destination":"1100"},"r3":{"Description":"Boot","Source":"w","Destination":"1100"}},
         "Future":{"x":1}}
        """)!.AsObject();

    private PolicyDefaults Defaults => new(_policy);

    [Fact]
    public void Both_MapsOfTheContract_AreOneList()
    {
        Assert.Equal([("a", 0L, "Home"), ("w", 1L, "Users")], Defaults.Items.Select(static i => (i.Key, i.RestrictOs, i.Source.Text("Description"))));
        Assert.Equal([("r1", "a"), ("r2", ""), ("r3", "w")], Defaults.Rules.Select(static r => (r.Key, r.Item)));
        Assert.Equal(["r1", "r2"], Defaults.RulesFor("a").Select(static r => r.Key));
    }

    [Fact]
    public void PutBackUnchanged_IsTheSameDocument()
    {
        var before = _policy.DeepClone();

        foreach (var item in Defaults.Items)
        {
            Defaults.Put(item);
        }

        foreach (var rule in Defaults.Rules)
        {
            Defaults.Put(rule);
        }

        Assert.True(JsonNode.DeepEquals(before, _policy), _policy.ToJsonString());
    }

    [Fact]
    public void SystemOfAnItem_MovesItIntoTheContractsOtherMap_AndNothingIsLost()
    {
        Defaults.Put(Defaults.Items[0] with { RestrictOs = 5 });

        Assert.Empty(_policy.Map("DefaultSources"));
        var moved = _policy.Map("DefaultSourcesWithOSRestriction").Map("a");
        Assert.Equal((5, 1), (moved.Number("RestrictOS"), moved.Map("SourceConfig").Number("Future")));

        Defaults.Put(Defaults.Items.Single(static i => i.Key == "w") with { RestrictOs = 0 });
        var kept = _policy.Map("DefaultSourcesWithOSRestriction").Map("w");
        Assert.Equal((0, 2, "engine1/future"), (kept.Number("RestrictOS"), kept.Number("Future"), kept.Map("SourceConfig").Text("Engine")));
    }

    [Fact]
    public void RemovedItem_TakesItsOwnRulesAlong_AndNoOthers()
    {
        Defaults.Remove("w");

        Assert.Equal(["a"], Defaults.Items.Select(static i => i.Key));
        Assert.Equal(["r1", "r2"], Defaults.Rules.Select(static r => r.Key));
        Defaults.RemoveRule("r2");
        Assert.Equal(["r1"], Defaults.Rules.Select(static r => r.Key));
    }

    [Fact]
    public void CopiedItem_HasKeysOfItsOwn_AndCopiesOfItsOwnRules()
    {
        Defaults.Copy(Defaults.Items[0]);

        var copy = Defaults.Items.Single(static i => i.Source.Text("Description") == "Home (copy)");
        Assert.DoesNotContain(copy.Key, new[] { "a", "w" });
        Assert.Equal(1, copy.Source.Number("Future"));
        var rule = Assert.Single(Defaults.Rules, r => r.Item == copy.Key);
        Assert.Equal(("1101", 3), (rule.Json.Text("Destination"), rule.Json.Number("Future")));

        Defaults.Copy(Defaults.Rules.Single(static r => r.Key == "r2"));
        Assert.Equal(2, _policy.Map("DefaultBackupRules").Count(static r => r.Value!["Source"]!.GetValue<string>().Length == 0));
    }

    [Fact]
    public void Edits_LeaveAlone_WhatTheyDoNotKnow()
    {
        Defaults.Put(new PolicyItem("new", new JsonObject { ["Description"] = "New" }, 0));
        Defaults.Put(new PolicyRule("r4", new JsonObject { ["Source"] = "new" }));
        Defaults.Remove("new");

        Assert.Equal(1, _policy.Map("Future").Number("x"));
        Assert.Equal(3, _policy.Map("DefaultSourcesBackupRules").Map("r1").Number("Future"));
        Assert.False(_policy.Map("DefaultSourcesBackupRules").ContainsKey("r4"));
    }
}
