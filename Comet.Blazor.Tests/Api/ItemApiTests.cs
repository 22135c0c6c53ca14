using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Accounts;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Wire;
using Comet.Blazor.Tests.Api.Account;

namespace Comet.Blazor.Tests.Api;

/// <summary>Protected Items with their backup rules through the API (spec/01 §5.2).</summary>
public sealed class ItemApiTests
{
    private const string Get = "admin/get-protected-item-with-backup-rules";
    private const string Set = "admin/set-protected-item-with-backup-rules";
    private const string Item = """{"Engine":"engine1/stdout","Description":"Dump","OwnerDevice":"d1","EngineProps":{"COMMAND":"pg_dump all","SAVEAS":"all.sql"}}""";
    private const string Rules = """
        {"r1":{"Destination":"v1","Description":"Nightly","Schedules":[{"FrequencyType":8011,"SecondsPast":79200,"Offset":0,"RestrictRuntime":false,"FromTime":{"Hour":0,"Minutes":0},
        "ToTime":{"Hour":0,"Minutes":0},"RestrictDays":false,"DaysSelect":{"Sunday":false,"Monday":false,"Tuesday":false,"Wednesday":false,"Thursday":false,"Friday":false,"Saturday":false},
        "RandomDelaySecs":0,"SelectedMonth":0,"SelectedDay":0}],
        "EventTriggers":{"OnPCBoot":false,"OnPCBootIfLastJobMissed":true,"OnLastJobFailDoRetry":false,"LastJobFailDoRetryCount":0,"LastJobFailDoRetryTime":0}}}
        """;
    private static readonly (string, string)[] Admin = ApiRig.Password("admin", "admin");
    private static readonly (string, string)[] Mary = ApiRig.Password("mary", "correct horse");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SetGetDelete_InOneStepEach_GuardedByTheHash()
    {
        await using var api = await StartAsync();
        var hash = (string)(await api.CallAsync("admin/get-user-profile-hash", Admin, ("TargetUser", "mary")))["ProfileHash"]!;
        Assert.Equal((200, "OK"), await TryAsync(api, Set, ("RequireHash", hash), ("Source", Item), ("BackupRules", Rules)));
        Assert.Equal(409, (await TryAsync(api, Set, ("RequireHash", hash), ("Source", Item))).Status);

        var answer = await api.ShapeAsync("ProtectedItemWithBackupRulesResponse", Get, Admin, ("TargetUser", "mary"), ("SourceID", "i1"));
        Assert.Equal("Dump", (string)answer["Source"]!["Description"]!);
        Assert.Equal(("i1", 79200), ((string)answer["BackupRules"]!["r1"]!["Source"]!, (int)answer["BackupRules"]!["r1"]!["Schedules"]![0]!["SecondsPast"]!));

        var renamed = Item.Replace("Dump", "Dumps", StringComparison.Ordinal);
        Assert.Equal(200, (await TryAsync(api, Set, ("Source", renamed), ("BackupRules", "null"))).Status); // only the item
        Assert.Equal(200, (await TryAsync(api, Set, ("BackupRules", """{"r2":{"Destination":"v1"}}"""))).Status); // only the rules
        answer = await api.CallAsync(Get, Admin, ("TargetUser", "mary"), ("SourceID", "i1"));
        Assert.Equal(("Dumps", "r2"), ((string)answer["Source"]!["Description"]!, Assert.Single(answer["BackupRules"]!.AsObject()).Key));

        Assert.Equal((200, "OK"), await TryAsync(api, "admin/delete-protected-item"));
        Assert.Equal((404, "The Protected Item does not exist any more."), await TryAsync(api, Get));
        Assert.Equal((404, "There is no user named nobody."), await api.TryAsync(Get, Admin, ("TargetUser", "nobody"), ("SourceID", "i1")));
    }

    [Theory]
    [InlineData("Source", "{", "The parameter Source must be JSON of the contract")]
    [InlineData("Source", "[]", "The parameter Source must be JSON of the contract")]
    [InlineData("BackupRules", """{"r1":7}""", "The parameter BackupRules must be a map of rules: r1 is none.")]
    [InlineData("BackupRules", """{"r1":{"Destination":"gone","Description":"N"}}""", "The backup rule N goes to a Storage Vault that this user does not have.")]
    [InlineData("Source", """{"Engine":"engine1/stdout","Description":"D","OwnerDevice":"d1","EngineProps":{}}""", "Give the command")]
    public async Task Set_WhatMeansNothing_IsNamed(string parameter, string json, string expected)
    {
        await using var api = await StartAsync();
        Assert.Equal(200, (await TryAsync(api, Set, ("Source", Item))).Status);
        var (status, message) = await TryAsync(api, Set, (parameter, json));
        Assert.Equal(400, status);
        Assert.Contains(expected, message);
    }

    [Fact]
    public async Task Customer_OwnItem_WithoutATargetUser_AndNotAgainstThePolicy()
    {
        await using var api = await StartAsync();
        Assert.Equal((200, "OK"), await api.TryAsync("user/web/set-protected-item-with-backup-rules", Mary, ("SourceID", "i1"), ("Source", Item), ("BackupRules", Rules)));
        Assert.Equal("Dump", (string)(await api.CallAsync("user/web/get-protected-item-with-backup-rules", Mary, ("SourceID", "i1")))["Source"]!["Description"]!);
        var store = api.Server.Get<AccountStore>();
        await store.ChangeAsync(store.FindByName("mary")!.Id, null, static d => { d.Root.MapForWrite("Policy")["PreventDeleteProtectedItem"] = true; return Outcome.Done; }, false, Ct);
        Assert.Equal((403, "Prevented by this account's policy: deleting Protected Items. Ask your backup administrator."), await api.TryAsync("user/web/delete-protected-item", Mary, ("SourceID", "i1")));
        Assert.Equal(200, (await TryAsync(api, "admin/delete-protected-item")).Status);
    }

    private static Task<(int Status, string Message)> TryAsync(ApiRig api, string path, params (string, string)[] fields) =>
        api.TryAsync(path, Admin, [("TargetUser", "mary"), ("SourceID", "i1"), .. fields]);

    private static async Task<ApiRig> StartAsync()
    {
        var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        var store = api.Server.Get<AccountStore>();
        var id = store.FindByName("mary")!.Id;
        Assert.True((await api.Server.Get<IAccountDevices>().RegisterAsync(id, new DeviceReport("d1", "Laptop", "1.2.3", "Europe/Berlin", new OsInfo("linux", "amd64", "", "")), Ct)).Ok);
        await store.ChangeAsync(id, null, static d => { d.Vaults["v1"] = ProfileTemplates.Vault(); return Outcome.Done; }, false, Ct);
        return api;
    }
}
