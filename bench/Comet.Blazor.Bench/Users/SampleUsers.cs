using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Bench.Users;

/// <summary>Customers with names as long as real ones, two devices, four Protected Items and a Storage Vault each; the same in every run.</summary>
internal static class SampleUsers
{
    /// <summary>Unix seconds of the newest job.</summary>
    private const long End = 1_790_000_000;

    private static readonly string[] First = ["Acorn", "Birch", "Cedar", "Dolphin", "Evergreen", "Falcon", "Garden", "Harbour", "Ivory", "Juniper", "Kestrel", "Lantern", "Meadow", "Northern", "Orchard", "Pelican", "Quartz", "River", "Summit", "Thistle", "Umber", "Valley", "Willow", "Yellow", "Zephyr"];
    private static readonly string[] Second = ["Accounting", "Architects", "Bakery", "Builders", "Clinic", "Consulting", "Dental Practice", "Design", "Engineering", "Farms", "Foods", "Freight", "Insurance", "Legal", "Logistics", "Motors", "Pharmacy", "Plumbing", "Print Shop", "Veterinary Surgery"];

    /// <summary>The customers.</summary>
    /// <param name="count">How many.</param>
    public static IEnumerable<AccountDocument> All(int count)
    {
        var random = new Random(7);
        for (var i = 0; i < count; i++)
        {
            yield return One(i, random);
        }
    }

    /// <summary>The company's name, from which the rest is made.</summary>
    /// <param name="number">Which customer.</param>
    public static string Company(int number) => $"{First[number * 7 % First.Length]} {Second[number * 11 / First.Length % Second.Length]}";

    /// <summary>The user's name.</summary>
    /// <param name="number">Which customer.</param>
    public static string Username(int number) => string.Create(CultureInfo.InvariantCulture, $"{Company(number).Replace(' ', '.').ToLowerInvariant()}-{number:D5}");

    /// <summary>New customers that have nothing yet, as <see cref="Csv"/> makes them.</summary>
    /// <param name="count">How many.</param>
    public static IEnumerable<AccountDocument> Plain(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var root = ProfileTemplates.Profile();
            root["Username"] = Username(i);
            root["AccountName"] = Company(i) + " Ltd.";
            root["LocalTimezone"] = "Europe/Berlin";
            root["LanguageCode"] = "en_US";
            root["SendEmailReports"] = true;
            root["Emails"] = new JsonArray(Email(i));
            root["CreateTime"] = End;
            root["CreationGUID"] = Guid.NewGuid().ToString();
            yield return new AccountDocument(AccountId.New(), root);
        }
    }

    /// <summary>A file of new customers.</summary>
    /// <param name="count">How many.</param>
    public static byte[] Csv(int count)
    {
        var text = new StringBuilder("Username,Password,AccountName,Email,Language,Timezone\n");
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Username(i)},a password of 20 let,{Company(i)} Ltd.,{Email(i)},en_US,Europe/Berlin\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Email(int number) => string.Create(CultureInfo.InvariantCulture, $"office@{number}.example");

    private static AccountDocument One(int number, Random random)
    {
        var root = ProfileTemplates.Profile();
        root["Username"] = Username(number);
        root["AccountName"] = Company(number) + " Ltd.";
        root["LocalTimezone"] = "Europe/Berlin";
        root["LanguageCode"] = "en_US";
        root["SendEmailReports"] = true;
        root["Emails"] = new JsonArray(Email(number));
        root["CreateTime"] = End - random.Next(100_000_000);
        root["CreationGUID"] = Guid.NewGuid().ToString();
        var account = new AccountDocument(AccountId.New(), root);
        for (var device = 0; device < 2; device++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"device-{number}-{device}");
            account.Devices[id] = ProfileTemplates.Device();
            account.Devices[id]!["FriendlyName"] = string.Create(CultureInfo.InvariantCulture, $"PC-{number:D5}-{device}");
            for (var item = 0; item < 2; item++)
            {
                account.Items[Guid.NewGuid().ToString()] = Item(id, random);
            }
        }

        var vault = ProfileTemplates.Vault();
        vault["Description"] = "Offsite";
        vault["DestinationType"] = VaultTypes.StorageRole;
        vault["Statistics"]!["ClientProvidedSize"]!["Size"] = random.NextInt64(4L << 40);
        vault["Statistics"]!["ClientProvidedSize"]!["MeasureCompleted"] = End;
        account.Vaults[Guid.NewGuid().ToString()] = vault;
        return account;
    }

    private static JsonObject Item(string device, Random random)
    {
        var item = ProfileTemplates.Item();
        item["Engine"] = "engine1/file";
        item["Description"] = "Documents and shares";
        item["OwnerDevice"] = device;
        var start = End - random.Next(200_000);
        item["Statistics"]!["LastStartTime"] = start;
        foreach (var name in new[] { "LastBackupJob", "LastSuccessfulBackupJob" })
        {
            var job = item["Statistics"]![name]!;
            job["GUID"] = Guid.NewGuid().ToString();
            job["Status"] = (int)(random.Next(100) < 92 ? JobStatus.Success : JobStatus.Warning);
            job["StartTime"] = start;
            job["EndTime"] = start + random.Next(9_000);
            job["TotalSize"] = random.NextInt64(2L << 40);
        }

        return item;
    }
}
