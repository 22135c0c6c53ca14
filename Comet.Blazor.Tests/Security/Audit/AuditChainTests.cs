using System.Text;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.Audit;

/// <summary>What is recorded stays as it was, or verifying names the first entry that did not.</summary>
public sealed class AuditChainTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Record_SurvivesARestart_AndTheChainGoesOn()
    {
        using var folder = new TempFolder();
        await using var first = await AuditRig.OpenAsync(folder);
        await first.RecordAsync(3);

        await using var second = await first.RestartAsync();
        await second.RecordAsync(2);

        var verdict = await VerifyAsync(second);
        Assert.Null(verdict.First);
        Assert.Equal(5, verdict.Checked);
        var entries = (await second.EntriesAsync()).ConvertAll(static r => AuditEntry.Read(r.Json)!);
        Assert.Equal([1, 2, 3, 4, 5, 6], entries.ConvertAll(static e => e.Number)); // the last one: that it was verified
        Assert.Equal(AuditActions.AuditVerified.Code, entries[5].Action);
        Assert.Equal("All 5 entries are unbroken", entries[5].Note);
    }

    [Fact]
    public async Task Entry_HoldsWhoWhenWhereWhatAndWhy()
    {
        await using var rig = await AuditRig.OpenAsync();
        await rig.Log.RecordAsync(new AuditEvent(AuditRig.Admin with { Via = ActorVia.Api }, AuditActions.DeviceRevoked, AuditTarget.Device("alice", "d1", "laptop"))
        {
            Outcome = Outcome.Denied("No."),
            Note = "line 1\nline 2",
        });

        var entry = AuditEntry.Read(Assert.Single(await rig.EntriesAsync()).Json)!;

        Assert.Equal((1, rig.Clock.GetUtcNow()), (entry.Number, entry.Time));
        Assert.Equal((ActorKind.Administrator, "admin", "192.0.2.7", ActorVia.Api), (entry.Kind, entry.Name, entry.Address, entry.Via));
        Assert.Equal(("device.revoked", AuditTargetKind.Device, "d1", "laptop", "alice"), (entry.Action, entry.TargetKind, entry.TargetId, entry.TargetName, entry.User));
        Assert.Equal((Refusal.Denied, "No.", "line 1 line 2"), (entry.Refused, entry.Why, entry.Note));
        Assert.Equal(AuditChain.Nothing, entry.Previous);
    }

    [Fact]
    public async Task ConcurrentRecording_MakesOneChain()
    {
        await using var rig = await AuditRig.OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => rig.RecordAsync(50))));

        var verdict = await VerifyAsync(rig);
        Assert.Null(verdict.First);
        Assert.Equal(400, verdict.Checked);
    }

    [Fact]
    public async Task Verify_NamesAChangedEntry_WhicheverByteItWas()
    {
        await using var rig = await AuditRig.OpenAsync();
        await rig.RecordAsync(3);
        var second = (await rig.EntriesAsync())[1];
        for (var i = 0; i < second.Json.Length; i += 7)
        {
            var changed = second.Json.ToArray();
            changed[i] ^= 1;
            await rig.TamperAsync(db => db.Put(AuditChain.Entries, second with { Json = changed }));

            Assert.Equal(2, (await VerifyAsync(rig)).First?.Number);
        }

        await rig.TamperAsync(db => db.Put(AuditChain.Entries, second));
        for (var i = 0; i < second.Row.Length; i += 5)
        {
            var changed = second.Row.ToArray();
            changed[i] ^= 1;
            await rig.TamperAsync(db => db.Put(AuditChain.Entries, second with { Row = changed }));

            Assert.Equal(2, (await VerifyAsync(rig)).First?.Number);
        }

        await rig.TamperAsync(db => db.Put(AuditChain.Entries, second));
        Assert.Null((await VerifyAsync(rig)).First);
    }

    [Fact]
    public async Task Verify_NamesTheFirstEntryOfAChainThatWasRewrittenWithAllItsHashes()
    {
        await using var rig = await AuditRig.OpenAsync();
        await rig.RecordAsync(5);
        var forger = new AuditChain(new byte[32], rig.Clock); // who has the file but not the key
        await rig.TamperAsync(db =>
        {
            var entries = db.Scan(AuditChain.Entries).Select(static r => AuditEntry.Read(r.Json)!).ToList();
            entries.ForEach(e => db.Delete(AuditChain.Entries, e.Number));
            db.Delete(AuditChain.Heads, "head");
        });
        await rig.TamperAsync(db =>
        {
            forger.Begin(db, newKey: true);
            for (var i = 1; i <= 5; i++)
            {
                forger.Append(db, AuditEntry.Of(new AuditEvent(AuditRig.Admin, AuditActions.AccountCreated, AuditTarget.Account($"forged{i}"))), static (_, _) => { });
            }
        });

        var first = (await VerifyAsync(rig)).First!;

        Assert.Equal(1, first.Number);
        Assert.Contains("not written with this server's key", first.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_NamesARemovedEntry_AndStillChecksThoseBehindIt()
    {
        await using var rig = await AuditRig.OpenAsync();
        await rig.RecordAsync(6);
        var fifth = (await rig.EntriesAsync())[4];
        await rig.TamperAsync(db =>
        {
            db.Delete(AuditChain.Entries, 2);
            db.Delete(AuditChain.Entries, 3);
            db.Put(AuditChain.Entries, fifth with { Json = Encoding.UTF8.GetBytes("{}") });
        });

        var verdict = await VerifyAsync(rig);

        Assert.Equal("Entry 2 is missing: the entries 2 to 3 were removed from the log. It is the first of 3 that are broken or missing.", verdict.Sentence);
    }

    [Fact]
    public async Task Verify_NamesSwappedEntries()
    {
        await using var rig = await AuditRig.OpenAsync();
        await rig.RecordAsync(4);
        var entries = await rig.EntriesAsync();
        await rig.TamperAsync(db =>
        {
            db.Put(AuditChain.Entries, entries[1] with { Key = 3 });
            db.Put(AuditChain.Entries, entries[2] with { Key = 2 });
        });

        var first = (await VerifyAsync(rig)).First!;

        Assert.Equal((2, "was moved: it holds what was recorded as entry 3"), (first.Number, first.What));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Verify_NamesTheFirstOfARemovedTail_AlsoAfterARestartAndFurtherEntries(bool restart)
    {
        using var folder = new TempFolder();
        await using var before = await AuditRig.OpenAsync(folder);
        await before.RecordAsync(5);
        await before.TamperAsync(static db =>
        {
            db.Delete(AuditChain.Entries, 4);
            db.Delete(AuditChain.Entries, 5);
        });
        await using var rig = restart ? await before.RestartAsync() : before;
        await rig.RecordAsync(2);

        var first = (await VerifyAsync(rig)).First!;

        Assert.Equal(4, first.Number);
        Assert.Contains("the entries 4 to 5 were removed", first.What, StringComparison.Ordinal);
        Assert.Equal(restart, (await rig.EntriesAsync()).Any(static r => AuditEntry.Read(r.Json)!.Action == AuditActions.AuditBroken.Code));
    }

    [Fact]
    public async Task RemovedTailWithoutARestart_IsNamedAsRemovedFromTheEnd()
    {
        await using var rig = await AuditRig.OpenAsync();
        await rig.RecordAsync(5);
        await rig.TamperAsync(static db => db.Delete(AuditChain.Entries, 5));

        Assert.Equal("Entry 5 is missing: it was removed from the end of the log.", (await VerifyAsync(rig)).Sentence);
    }

    [Theory]
    [InlineData("head removed")]
    [InlineData("head forged")]
    [InlineData("all removed")]
    [InlineData("key replaced")]
    [InlineData("entry added")]
    public async Task WhatTheServerFindsAtItsStart_IsPutOnRecordAndStaysBroken(string what)
    {
        using var folder = new TempFolder();
        await using var before = await AuditRig.OpenAsync(folder);
        await before.RecordAsync(5);
        var last = (await before.EntriesAsync())[4];
        await before.TamperAsync(db =>
        {
            switch (what)
            {
                case "head removed":
                    db.Delete(AuditChain.Entries, 5);
                    db.Delete(AuditChain.Heads, "head");
                    break;
                case "head forged":
                    db.Delete(AuditChain.Entries, 5);
                    db.Put(AuditChain.Heads, new DbRecord("head", [], Encoding.UTF8.GetBytes($$"""{"Count":4,"Hash":"{{AuditEntry.Read(last.Json)!.Previous}}","Seal":"00"}""")));
                    break;
                case "all removed":
                    Enumerable.Range(1, 5).ToList().ForEach(i => db.Delete(AuditChain.Entries, i));
                    db.Delete(AuditChain.Heads, "head");
                    break;
                case "entry added":
                    db.Put(AuditChain.Entries, last with { Key = 6 });
                    break;
            }
        });

        await using var once = await before.RestartAsync(data => File.Delete(Path.Combine(data.Keys, what == "key replaced" ? "audit.key" : "none")));
        await using var rig = await once.RestartAsync(); // what was found is found once
        await rig.RecordAsync(1);

        Assert.NotNull((await VerifyAsync(rig)).First);
        var told = Assert.Single(await rig.EntriesAsync(), static r => AuditEntry.Read(r.Json)!.Action == AuditActions.AuditBroken.Code);
        Assert.NotEqual("", AuditEntry.Read(told.Json)!.Note);
    }

    [Fact]
    public async Task FreshStart_EvenOneCutOffBeforeTheKeyWasSaved_IsNotBroken()
    {
        using var folder = new TempFolder();
        await using var cut = await AuditRig.OpenAsync(folder);

        await using var rig = await cut.RestartAsync(static data => File.Delete(Path.Combine(data.Keys, "audit.key")));
        await rig.RecordAsync(1);

        Assert.Equal("The only entry is unbroken", (await VerifyAsync(rig)).Sentence);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(rig.Data.Keys, "audit.key")));
        }
    }

    [Fact]
    public async Task Verify_WithoutTheRight_IsRefusedAndOnRecord()
    {
        await using var rig = await AuditRig.OpenAsync();
        var customer = new Actor(ActorKind.Customer, "alice", new AccountId("a"));

        var outcome = await new AuditCheck(rig.Log, rig.Store, rig.Clock).RunAsync(customer, null, Ct);

        Assert.Equal(Refusal.Denied, outcome.Kind);
        Assert.Equal(Refusal.Denied, AuditEntry.Read(Assert.Single(await rig.EntriesAsync()).Json)!.Refused);
        var reading = new AuditReading(rig.Log, rig.Store, []);
        Assert.Equal(Refusal.Denied, (await reading.EntryAsync(customer, 1, Ct)).Kind);
        Assert.Equal(Refusal.Denied, reading.Table(customer, null!).Kind);
    }

    [Fact]
    public async Task Verify_Cancelled_EndsWithoutAVerdict()
    {
        await using var rig = await AuditRig.OpenAsync();
        await rig.RecordAsync(3);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new AuditCheck(rig.Log, rig.Store, rig.Clock).RunAsync(AuditRig.Admin, null, stop.Token));
        Assert.Equal(3, (await rig.EntriesAsync()).Count);
    }

    [Fact]
    public void Catalogue_HasOneStableCodePerAction()
    {
        Assert.All(AuditActions.All, static a => Assert.Matches("^[a-z-]+(\\.[a-z-]+)+$", a.Code));
        Assert.All(AuditActions.All, static a => Assert.Matches("^[A-Z].*[^.]$", a.Sentence));
        Assert.Equal(AuditActions.All.Count, AuditActions.All.Select(static a => a.Code).Distinct().Count());
        Assert.Equal("from.tomorrow", AuditActions.Of("from.tomorrow").Sentence);
    }

    private static async Task<AuditVerdict> VerifyAsync(AuditRig rig) => (await new AuditCheck(rig.Log, rig.Store, rig.Clock).RunAsync(AuditRig.Admin, null, Ct)).Value!;
}
