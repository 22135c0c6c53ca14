using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Features.Mail;
using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Features.Mail.Smtp;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Jobs;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Mail;

/// <summary>
/// A server with mail on, whose mail server does not answer so that all messages stay in the queue. Its sender of reports looks only when it is told to,
/// and its time stands still until it is set.
/// </summary>
public sealed class ReportRig : IAsyncDisposable
{
    public const string Address = "mary@example.com";
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    public static Actor Admin { get; } = new(ActorKind.Administrator, "admin");

    public FakeTimeProvider Clock { get; } = new(Start);

    public TestServer Server { get; private set; } = null!;

    public AccountEntry Mary => Server.Get<AccountStore>().EntryByName("mary")!;

    public MailQueue Queue => Server.Get<MailQueue>();

    private ReportSender Sender => Server.Services.GetServices<ReportSender>().Single();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<ReportRig> StartAsync()
    {
        var rig = new ReportRig();
        await rig.UpAsync();
        await Fleet.AddUserAsync(rig.Server, "mary");
        rig.Switch(MailOptions.ModeStartTls);
        await rig.SetAsync([Address]);
        return rig;
    }

    public void Switch(string mode)
    {
        var seen = Server.Get<MailSettings>().Stored;
        Assert.True(Server.Get<MailSettings>().Save(new MailOptions { Mode = mode, FromEmail = "comet@example.com", FromName = "Comet", SmtpHost = "127.0.0.1", SmtpPort = 1 }, seen).Ok);
    }

    /// <summary>Starts the server, after <see cref="DownAsync"/> on the same data.</summary>
    public async Task UpAsync() => Server = await TestServer.StartAsync(_folder, b =>
    {
        b.Services.AddSingleton<TimeProvider>(Clock);
        foreach (var service in b.Services.Where(static s => s.ServiceType == typeof(IHostedService) && (s.ImplementationType == typeof(ReportSender) || s.ImplementationType == typeof(MailDelivery))).ToList())
        {
            b.Services.Remove(service);
        }

        b.Services.AddSingleton<ReportSender>();
    });

    public Task DownAsync() => Server.StopAsync();

    /// <summary>Sets addresses and reports, also such as only another server would have taken.</summary>
    public Task SetAsync(IReadOnlyList<string> emails, bool sends = true, params (string Address, JsonArray Reports)[] reports) => ChangeAsync(p =>
    {
        p["Emails"] = new JsonArray([.. emails.Select(static e => (JsonNode)e)]);
        p["SendEmailReports"] = sends;
        p["OverrideEmailSettings"] = new JsonObject(reports.Select(static r => KeyValuePair.Create(r.Address, (JsonNode?)new JsonObject { ["Reports"] = r.Reports.DeepClone() })));
    });

    /// <summary>Changes the profile.</summary>
    public async Task ChangeAsync(Action<JsonObject> change) => Assert.True((await Server.Get<AccountStore>().ChangeAsync(
        Mary.Id, null,
        document =>
        {
            change(document.Root);
            return Outcome.Done;
        },
        false, Ct)).Ok);

    /// <summary>Changes the settings.</summary>
    public void Settings(Action<JsonObject> change) => Server.Get<SettingsFile>().Update(root =>
    {
        change(root);
        return true;
    });

    /// <summary>A job of mary's ends now.</summary>
    public async Task<Job> EndAsync(int status, string item = "item-1")
    {
        var now = Clock.UnixNow();
        var job = JobHistoryTests.Doc(item, now - 60, status) with { EndTime = now, UploadSize = 1536 };
        await Server.Get<JobStore>().WriteAsync(
            writer =>
            {
                var key = writer.Insert(job, new JobOwner(Mary.Id, true));
                writer.AppendLog(key, new JobEntry(now, "E", "The <disk> is full"));
                writer.NoteEnd(key, job, Mary.Id);
                return key;
            },
            Ct);
        return job;
    }

    /// <summary>Lets time pass, and the sender look.</summary>
    public Task LookAsync(TimeSpan later = default)
    {
        Clock.Advance(later);
        return Sender.LookAsync(Ct);
    }

    public Task LookAtAsync(string utc) => LookAsync(DateTimeOffset.Parse(utc + "Z", System.Globalization.CultureInfo.InvariantCulture) - Clock.GetUtcNow());

    /// <summary>All messages, oldest first.</summary>
    public async Task<List<Letter>> LettersAsync()
    {
        List<Letter> letters = [];
        foreach (var mail in Queue.All.OrderBy(static m => m.Id))
        {
            letters.Add((await Queue.TakeAsync(mail.Id, Ct))!);
            Queue.Release(mail.Id);
        }

        return letters;
    }

    /// <summary>Sends nothing; takes all messages out.</summary>
    public async Task ClearAsync() => Assert.True((await Queue.RemoveAsync([.. Queue.All.Select(static m => m.Id)])).Ok);

    public async ValueTask DisposeAsync()
    {
        await Server.StopAsync();
        _folder.Dispose();
    }
}
