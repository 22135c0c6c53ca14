using System.Diagnostics;
using System.Globalization;
using Comet.Blazor.App;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Bench;

/// <summary>
/// Saving a policy that 5,000 users follow, against the store's own bulk change of the same profiles, turn by turn; and how long a short read of the
/// store waits meanwhile.
/// </summary>
public sealed class PoliciesBench : IBench
{
    private const int Users = 5_000;
    private const int Turns = 5;
    private const double Goal = 0.5;

    /// <inheritdoc />
    public string Name => "policies";

    /// <inheritdoc />
    public string Purpose => "a policy of 5,000 users is saved, against the store's bulk change";

    /// <inheritdoc />
    public async Task<int> RunAsync(string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("comet-policies-").FullName;
        try
        {
            await using var app = await ServerHost.CreateAsync(["--Urls", "http://127.0.0.1:0", "--Comet:DataDirectory", Path.Combine(folder, "data")]);
            await app.StartAsync();
            var met = await MeasureAsync(app);
            await app.StopAsync();
            return met ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> MeasureAsync(WebApplication app)
    {
        var accounts = app.Services.GetRequiredService<AccountStore>();
        var change = app.Services.GetRequiredService<ChangePolicy>();
        var created = await app.Services.GetRequiredService<CreatePolicy>().RunAsync(Actor.Server, PolicyDocument.New("Gold", ""), "gold");
        Check(created.Plain);
        var added = await accounts.AddManyAsync([.. Enumerable.Range(0, Users).Select(Account)], null, CancellationToken.None);
        foreach (var each in added)
        {
            Check(each.Plain);
        }


        var (bulk, saved, slowest) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        for (var turn = -1; turn < Turns; turn++)
        {
            var bulkTurn = await TimeAsync(() => BulkAsync(accounts, turn));
            using var done = new CancellationTokenSource();
            var reader = SlowestReadAsync(accounts, done.Token);
            var savedTurn = await TimeAsync(() => SaveAsync(change, turn));
            await done.CancelAsync();
            var waited = await reader;
            if (turn >= 0) // the first one warms up
            {
                (bulk, saved, slowest) = (bulk + bulkTurn, saved + savedTurn, waited > slowest ? waited : slowest);
            }
        }

        var ratio = bulk / saved;
        Console.WriteLine(
            $"""
            | What | Result | Goal |
            | --- | --- | --- |
            | Profiles per second, bulk change of the store | {Text(Users * Turns / bulk.TotalSeconds)} | the reference |
            | Profiles per second, saving a policy of {Users} users | {Text(Users * Turns / saved.TotalSeconds)} | |
            | Ratio | {ratio.ToString("0.00", CultureInfo.InvariantCulture)} | ≥ {Goal.ToString("0.0", CultureInfo.InvariantCulture)} |
            | Slowest read of a profile meanwhile | {Text(slowest.TotalMilliseconds)} ms | |
            """);
        return ratio >= Goal;
    }

    private static async Task BulkAsync(AccountStore accounts, int turn)
    {
        var edits = accounts.Entries.Select(e => new AccountEdit(e.Id, document =>
        {
            document.AccountName = string.Create(CultureInfo.InvariantCulture, $"Company, turn {turn}");
            return Outcome.Done;
        })).ToList();
        await accounts.ChangeManyAsync(edits, null, CancellationToken.None);
    }

    private static async Task SaveAsync(ChangePolicy change, int turn)
    {
        var policy = PolicyDocument.New("Gold", "");
        policy["Policy"]!["RandomDelaySecs"] = turn + 2;
        Check((await change.RunAsync(Actor.Server, "gold", policy, null, [])).Plain);
    }

    private static async Task<TimeSpan> SlowestReadAsync(AccountStore accounts, CancellationToken ct)
    {
        var id = accounts.Entries.First().Id;
        var slowest = TimeSpan.Zero;
        while (!ct.IsCancellationRequested)
        {
            var waited = await TimeAsync(() => accounts.ReadAsync(id, CancellationToken.None));
            slowest = waited > slowest ? waited : slowest;
            await Task.Yield();
        }

        return slowest;
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed;
    }

    private static AccountDocument Account(int number)
    {
        var root = ProfileTemplates.Profile();
        root["Username"] = string.Create(CultureInfo.InvariantCulture, $"user-{number:D5}");
        root["PolicyID"] = "gold";
        var account = new AccountDocument(AccountId.New(), root);
        for (var device = 0; device < 2; device++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"device-{number}-{device}");
            account.Devices[id] = ProfileTemplates.Device();
            var item = ProfileTemplates.Item();
            item["OwnerDevice"] = id;
            account.Items[Guid.NewGuid().ToString()] = item;
        }

        account.Vaults[Guid.NewGuid().ToString()] = ProfileTemplates.Vault();
        return account;
    }

    private static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static void Check(Outcome outcome)
    {
        if (!outcome.Ok)
        {
            throw new InvalidOperationException(outcome.Why);
        }
    }
}
