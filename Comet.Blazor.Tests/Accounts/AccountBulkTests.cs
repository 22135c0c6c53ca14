using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Many accounts at once: added, changed, removed, each with its own outcome.</summary>
public sealed class AccountBulkTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddMany_GivesEachItsOwnOutcome_AndKeepsThem()
    {
        await using var accounts = await AccountsUnderTest.OpenAsync();
        await accounts.UserAsync("Mary");
        Reports reports = new();

        var outcomes = await accounts.Store.AddManyAsync([.. Names(200), New("mary"), New("user-7"), New("Twice"), New("twice")], reports, Ct);

        Assert.All(outcomes.Take(200), static o => Assert.True(o.Ok, o.Why));
        Assert.Equal([Refusal.Conflict, Refusal.Conflict, Refusal.None, Refusal.Conflict], outcomes.Skip(200).Select(static o => o.Kind));
        Assert.Equal([64, 128, 192, 204], reports.All);
        Assert.Equal(202, accounts.Store.Count);
        var again = await accounts.ReopenAsync();
        Assert.Equal(202, again.Count);
        Assert.Equal("user-7", again.EntryByName("user-7")!.Ref.Username);
    }

    [Fact]
    public async Task ChangeMany_ChangesOnlyWhatMayBeChanged_AndTellsDevicesAndTraces()
    {
        await using var accounts = await AccountsUnderTest.OpenAsync();
        var users = (await accounts.Store.AddManyAsync([.. Names(100)], null, Ct)).Select(static o => o.Value!).ToList();
        ConcurrentBag<AccountId> told = [];
        accounts.Store.ProfileChanged += told.Add;
        var traces = users.Select(static _ => new ProfileTrace()).ToList();
        var edits = users.Select((u, i) => new AccountEdit(u.Id, d => Edit(d, i)) { RequireHash = i == 5 ? "another" : u.Hash, Trace = traces[i] })
            .Append(new AccountEdit(AccountId.New(), static _ => Outcome.Done));

        var outcomes = await accounts.Store.ChangeManyAsync([.. edits], null, Ct);

        Assert.Equal(AccountStore.Stale, outcomes[5].Plain);
        Assert.Equal("not this one", outcomes[6].Why);
        Assert.Equal(Refusal.Missing, outcomes[100].Kind);
        Assert.Equal(98, outcomes.Count(static o => o.Ok));
        Assert.Equal(97, told.Count); // number 7 was not changed
        Assert.Equal(97, traces.Count(static t => t.IsChanged));
        Assert.Equal("\"n8\"", Assert.Single(traces[8].Change.Differences()).After);
        foreach (var user in users)
        {
            var document = (await accounts.Store.ReadAsync(user.Id, Ct))!;
            Assert.Equal(accounts.Store.Entry(user.Id)!.Hash, AccountEntry.From(user.Id, ProfileJson.Save(document.Root)).Hash);
        }
    }

    [Fact]
    public async Task ChangeMany_SeesTheChangesBeforeIt_InOneCommit()
    {
        await using var accounts = await AccountsUnderTest.OpenAsync();
        var user = await accounts.UserAsync();
        var add = new AccountEdit(user.Id, static d =>
        {
            d.AccountName += "x";
            return Outcome.Done;
        });

        var outcomes = await accounts.Store.ChangeManyAsync([.. Enumerable.Repeat(add, 50)], null, Ct);

        Assert.All(outcomes, static o => Assert.True(o.Ok));
        Assert.Equal(50, accounts.Store.Entry(user.Id)!.Ref.AccountName.Length);
        Assert.Equal(50, outcomes.Select(static o => o.Value!.Hash).Distinct().Count());
    }

    [Fact]
    public async Task ChangeMany_Cancelled_RefusesTheRest()
    {
        await using var accounts = await AccountsUnderTest.OpenAsync();
        var users = (await accounts.Store.AddManyAsync([.. Names(200)], null, Ct)).Select(static o => o.Value!).ToList();
        using var cancel = new CancellationTokenSource();
        Reports reports = new() { At = _ => cancel.Cancel() };

        var outcomes = await accounts.Store.ChangeManyAsync([.. users.Select(static (u, i) => new AccountEdit(u.Id, d => Edit(d, i + 100)))], reports, cancel.Token);

        Assert.Equal(AccountWindows.Size, outcomes.Count(static o => o.Ok));
        Assert.All(outcomes.Skip(AccountWindows.Size), static o => Assert.StartsWith("Not done", o.Why, StringComparison.Ordinal));
        Assert.Equal(AccountWindows.Size, accounts.Store.Entries.Count(static e => e.Ref.AccountName.Length > 0));
    }

    [Fact]
    public async Task ChangeMany_LetsOthersHaveTheirTurn()
    {
        await using var accounts = await AccountsUnderTest.OpenAsync();
        var users = (await accounts.Store.AddManyAsync([.. Names(1000)], null, Ct)).Select(static o => o.Value!).ToList();
        using var over = new CancellationTokenSource();
        var others = Task.Run(async () =>
        {
            var reads = 0;
            while (!over.IsCancellationRequested)
            {
                await accounts.Store.ReadAsync(users[0].Id, Ct);
                reads++;
            }

            return reads;
        }, Ct);

        await accounts.Store.ChangeManyAsync([.. users.Select(static (u, i) => new AccountEdit(u.Id, d => Edit(d, i + 100)))], null, Ct);
        await over.CancelAsync();

        Assert.InRange(await others, 10, int.MaxValue); // about one for each window, or many
    }

    [Fact]
    public async Task Delete_ForgetsTheName_AlsoAfterAReopening()
    {
        await using var accounts = await AccountsUnderTest.OpenAsync();
        var mary = await accounts.UserAsync("mary");
        await accounts.UserAsync("joe");
        var trace = new ProfileTrace();

        var gone = await accounts.Store.DeleteAsync(mary.Id, null, trace, Ct);

        Assert.Equal("mary", gone.Value!.Ref.Username);
        Assert.Null(trace.Change.After);
        Assert.NotNull(trace.Change.Before);
        Assert.Null(accounts.Store.Entry(mary.Id));
        Assert.Null(accounts.Store.EntryByName("mary"));
        Assert.True(accounts.Store.NameTaken("Mary").Ok);
        Assert.Equal(["joe"], accounts.Store.All.Select(static a => a.Username));
        Assert.Equal(Refusal.Missing, (await accounts.Store.DeleteAsync(mary.Id, null, null, Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await accounts.Store.ChangeAsync(new AccountEdit(mary.Id, static _ => Outcome.Done), Ct)).Kind);
        Assert.Equal(1, (await accounts.ReopenAsync()).Count);
    }

    [Fact]
    public async Task Change_OfAnUnchangedProfileWithSecrets_WritesNothing()
    {
        await using var accounts = await AccountsUnderTest.OpenAsync();
        var user = await accounts.UserAsync();
        await accounts.EditAsync(user.Id, static d => d.Vaults["v"] = new JsonObject { ["CometBucketKey"] = "a key", ["S3SecretKey"] = "another" });
        var trace = new ProfileTrace();

        var outcome = await accounts.Store.ChangeAsync(new AccountEdit(user.Id, static _ => Outcome.Done) { Trace = trace }, Ct);

        Assert.True(outcome.Ok);
        Assert.False(trace.IsChanged);
        Assert.Equal(accounts.Store.Entry(user.Id)!.Hash, outcome.Value.Hash);
    }

    private static Outcome Edit(AccountDocument document, int number)
    {
        document.AccountName = number == 7 ? "" : $"n{number}";
        return number == 6 ? Outcome.Invalid("not this one") : Outcome.Done;
    }

    private static IEnumerable<AccountDocument> Names(int count) => Enumerable.Range(0, count).Select(static i => New($"user-{i}"));

    private static AccountDocument New(string name) => new(AccountId.New(), ProfileTemplates.Profile()) { Username = name };

    private sealed class Reports : IProgress<int>
    {
        public List<int> All { get; } = [];

        public Action<int>? At { get; init; }

        public void Report(int value)
        {
            All.Add(value);
            At?.Invoke(value);
        }
    }
}
