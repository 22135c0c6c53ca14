using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Comet.Blazor.App;
using Comet.Blazor.Bench.Storage;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Features.Accounts.Users.Csv;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Bench.Users;

/// <summary>
/// 10,000 users by CSV against the store's own bulk write of such users, in turns. The slow hash of passwords would cover everything else by far, so that the
/// file is created with one round of it, and what the hash costs is said apart.
/// </summary>
public sealed class CsvBench : IBench
{
    private const double Goal = 0.5;
    private const int Turns = 5;
    private const int Hashes = 40;

    /// <inheritdoc />
    public string Name => "csv";

    /// <inheritdoc />
    public string Purpose => "10,000 users by CSV, against the store's bulk write; what hashing their passwords costs";

    /// <inheritdoc />
    public async Task<int> RunAsync(string[] args)
    {
        var (bulk, csv) = (new List<double>(), new List<double>());
        for (var turn = -1; turn < Turns; turn++)
        {
            var (first, second) = (await RateAsync(BulkAsync), await RateAsync(CsvAsync));
            if (turn >= 0) // the first one warms up
            {
                bulk.Add(first);
                csv.Add(second);
            }
        }

        var hash = HashSeconds();
        var ratio = csv.Median() / bulk.Median();
        var whole = CsvUserFile.MaxUsers * hash / AddCsvUsers.Parallelism;
        Console.WriteLine();
        Console.WriteLine($"| {CsvUserFile.MaxUsers:N0} users, each run on an empty server, {Turns} in turn | Result | Goal |");
        Console.WriteLine("| --- | --- | --- |");
        Console.WriteLine($"| users per second, the store's bulk write | {bulk.Median():N0} | the reference |");
        Console.WriteLine($"| users per second by CSV: read, checked, created, put on record; without the hash | {csv.Median():N0} | |");
        Console.WriteLine($"| ratio | {ratio.Two()} | ≥ {Goal.Two()} |");
        Console.WriteLine($"| the slow hash of one password, ms of one processor | {hash * 1000:N0} | |");
        Console.WriteLine($"| of all, on {AddCsvUsers.Parallelism} of {Environment.ProcessorCount} processors, minutes | {(whole / 60).ToString("N1", CultureInfo.InvariantCulture)} | |");
        Console.WriteLine();
        return Goals.Check("users by CSV to the store's bulk write", ratio, "at least", Goal) ? 0 : 1;
    }

    private static async Task<double> RateAsync(Func<IServiceProvider, Task> work)
    {
        var folder = Directory.CreateTempSubdirectory("comet-csv-").FullName;
        try
        {
            await using var app = await ServerHost.CreateAsync(
                ["--Urls", "http://127.0.0.1:0", "--Comet:DataDirectory", Path.Combine(folder, "data"), "--Serilog:MinimumLevel", "Warning"],
                static builder => builder.Services.AddSingleton(new PasswordCost(1, 1)));
            await app.StartAsync();
            var watch = Stopwatch.StartNew();
            await work(app.Services);
            var seconds = watch.Elapsed.TotalSeconds;
            await app.StopAsync();
            return CsvUserFile.MaxUsers / seconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task BulkAsync(IServiceProvider services) =>
        Check((await services.GetRequiredService<AccountStore>().AddManyAsync([.. SampleUsers.Plain(CsvUserFile.MaxUsers)], null, CancellationToken.None)).All(static o => o.Ok));

    private static async Task CsvAsync(IServiceProvider services)
    {
        var add = services.GetRequiredService<AddCsvUsers>();
        var lines = CsvUserFile.Read(SampleUsers.Csv(CsvUserFile.MaxUsers)).Value!;
        var verdicts = add.Check.Run(Actor.Server, lines, storeRecovery: false, "UTC").Value!;
        Check((await add.RunAsync(Actor.Server, verdicts, "http://127.0.0.1", null, CancellationToken.None)).All(static r => r.Outcome.Ok));
    }

    private static double HashSeconds()
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Hashes; i++)
        {
            _ = PasswordKeys.Derive("a password of 20 let", RandomNumberGenerator.GetBytes(PasswordKeys.SaltBytes), PasswordKeys.DefaultIterations);
            _ = PasswordRecord.Create(new byte[32], new byte[16], PasswordKeys.DefaultIterations);
        }

        return watch.Elapsed.TotalSeconds / Hashes;
    }

    private static void Check(bool done)
    {
        if (!done)
        {
            throw new InvalidOperationException("Not every user was created.");
        }
    }
}
