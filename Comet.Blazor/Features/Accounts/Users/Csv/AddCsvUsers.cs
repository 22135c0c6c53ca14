using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Users.Csv;

/// <summary>What came of a line.</summary>
/// <param name="From">The line.</param>
/// <param name="Outcome">Done, or why not.</param>
/// <param name="Password">The password that the server made up; empty when the file had one, or nothing was made.</param>
public sealed record CsvResult(CsvUser From, Outcome Outcome, string Password)
{
    /// <summary>What else is to be known of a user that was made.</summary>
    public string Note { get; init; } = "";
}

/// <summary>
/// Creates the users of a file, each on its own (spec/01 §10). Passwords are made ready on half of the processors, so that the server stays
/// responsive; the users are stored in windows, many in one commit.
/// </summary>
/// <param name="check">Checks them before.</param>
/// <param name="add">Makes accounts.</param>
/// <param name="accounts">Stores them.</param>
/// <param name="request">Makes first vaults.</param>
/// <param name="audit">Puts each on record.</param>
/// <param name="log">Tells of faults after a user was made.</param>
public sealed partial class AddCsvUsers(CheckCsvUsers check, AddUser add, AccountStore accounts, RequestVault request, AuditLog audit, ILogger<AddCsvUsers> log)
{
    /// <summary>Passwords that are made ready at the same time.</summary>
    public static int Parallelism => Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Checks the lines before; see there.</summary>
    public CheckCsvUsers Check => check;

    /// <summary>
    /// Creates the users whose verdict is good; answers a result for each line, in order. Rights are checked again for each, and names, which may have
    /// been taken meanwhile.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="verdicts">The lines as they were checked.</param>
    /// <param name="selfAddress">The address by which the caller reaches this server, for first vaults.</param>
    /// <param name="progress">Told the results of some lines as they are there: passwords that were made up must be seen even if what follows fails.</param>
    /// <param name="ct">Ends it: users that are made stay, those of later lines are not made.</param>
    public async Task<IReadOnlyList<CsvResult>> RunAsync(Actor by, IReadOnlyList<CsvVerdict> verdicts, string selfAddress, IProgress<IReadOnlyList<CsvResult>>? progress, CancellationToken ct)
    {
        var outcomes = await AccountWindows.RunWindowsAsync<CsvVerdict, CsvResult>(verdicts, AddWindowAsync, null, ct);
        return [.. verdicts.Zip(outcomes, Result)];

        async Task<IReadOnlyList<Outcome<CsvResult>>> AddWindowAsync(IReadOnlyList<CsvVerdict> window)
        {
            var added = await AddAsync(by, window, selfAddress, ct);
            progress?.Report([.. window.Zip(added, Result)]);
            return added;
        }
    }

    private static CsvResult Result(CsvVerdict verdict, Outcome<CsvResult> outcome) => outcome.Ok ? outcome.Value : new CsvResult(verdict.From, outcome.Plain, "");

    private async Task<IReadOnlyList<Outcome<CsvResult>>> AddAsync(Actor by, IReadOnlyList<CsvVerdict> window, string selfAddress, CancellationToken ct)
    {
        var passwords = new string[window.Count];
        var prepared = new Outcome<AccountDocument>[window.Count];
        await Parallel.ForAsync(0, window.Count, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = CancellationToken.None }, async (i, _) =>
        {
            passwords[i] = window[i].From.Password.Length == 0 ? NewPassword.Make() : "";
            prepared[i] = ct.IsCancellationRequested ? AccountWindows.Cancelled : await PrepareAsync(by, window[i], passwords[i]);
        });
        var ready = Enumerable.Range(0, window.Count).Where(i => prepared[i].Ok).ToList();
        var added = await accounts.AddManyAsync([.. ready.Select(i => prepared[i].Value!)], null, CancellationToken.None);
        var results = prepared.Select((p, i) => Outcome.Of(new CsvResult(window[i].From, p.Plain, ""))).ToArray();
        await Task.WhenAll(ready.Zip(added, async (i, outcome) => results[i] = await RecordAsync(by, window[i], prepared[i].Value!, outcome.Plain, passwords[i])));
        foreach (var i in ready.Where(i => window[i].TemplateId.Length > 0 && results[i].Value!.Outcome.Ok))
        {
            results[i] = await VaultAsync(by, window[i], results[i].Value!, selfAddress);
        }

        // A disk that is full is told as such, so that the passwords of all other lines are not hashed for nothing.
        return [.. results.Select(static r => r.Value!.Outcome.Kind == Refusal.Unsupported ? (Outcome<CsvResult>)r.Value.Outcome : r)];
    }

    private async Task<Outcome<AccountDocument>> PrepareAsync(Actor by, CsvVerdict verdict, string made)
    {
        if (!verdict.Outcome.Ok)
        {
            return verdict.Outcome;
        }

        var prepared = await add.PrepareAsync(by, made.Length > 0 ? verdict.User! with { Password = made } : verdict.User!, CancellationToken.None);
        if (prepared.Ok)
        {
            var root = prepared.Value.Root;
            root["Emails"] = new JsonArray([.. verdict.Emails.Select(static e => (JsonNode)e)]);
            root["LanguageCode"] = verdict.Language.Length > 0 ? verdict.Language : root.Text("LanguageCode");
        }

        return prepared;
    }

    private async Task<Outcome<CsvResult>> RecordAsync(Actor by, CsvVerdict verdict, AccountDocument document, Outcome outcome, string password)
    {
        var happened = new AuditEvent(by, AuditActions.AccountCreated, AuditTarget.Account(document.Username)) { Change = new AuditChange(null, document.Root), Note = "By CSV" };
        var result = new CsvResult(verdict.From, outcome, outcome.Ok ? password : "");
        try
        {
            await audit.RecordAsync(happened, outcome);
            return result;
        }
        catch (Exception ex)
        {
            LogFault(ex, verdict.From.Username);
            return result with { Note = $"The user was created, but that could not be put on record: {ex.Message}" }; // its password must not be lost
        }
    }

    private async Task<CsvResult> VaultAsync(Actor by, CsvVerdict verdict, CsvResult result, string selfAddress)
    {
        try
        {
            var made = await request.RunAsync(by, verdict.From.Username, verdict.TemplateId, selfAddress, null, null, CancellationToken.None);
            return made.Ok ? result : WithoutVault(made.Why);
        }
        catch (Exception ex)
        {
            LogFault(ex, verdict.From.Username);
            return WithoutVault(ex.Message); // the user exists, and its password must not be lost
        }

        CsvResult WithoutVault(string why) => result with { Note = $"The user was created, but without a Storage Vault: {why}" };
    }

    [LoggerMessage(LogLevel.Error, "The user {User} was created, but what follows that failed.")]
    private partial void LogFault(Exception ex, string user);
}
