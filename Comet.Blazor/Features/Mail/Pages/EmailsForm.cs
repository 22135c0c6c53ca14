using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Security.Documents;

namespace Comet.Blazor.Features.Mail.Pages;

/// <summary>One address in a form.</summary>
/// <param name="address">The address.</param>
public sealed class AddressForm(string address)
{
    /// <summary>The address.</summary>
    public string Address => address;

    /// <summary>The reports of the address itself; null for those of policy or default.</summary>
    public List<JsonObject>? Own { get; set; }
}

/// <summary>The mail settings of a user while a person edits them: what they were, what they shall be, and on which state that is based (spec/01 §7).</summary>
public sealed class EmailsForm
{
    private const string Sending = "SendEmailReports";
    private const string List = "Emails";

    /// <summary>The form of settings that were read.</summary>
    public EmailsForm(AccountEmailsView view)
    {
        Began = view;
        Show(Document(view));
    }

    /// <summary>The settings that the person began with.</summary>
    public AccountEmailsView Began { get; private set; }

    /// <summary>Whether reports are sent.</summary>
    public bool Sends { get; set; }

    /// <summary>The addresses.</summary>
    public List<AddressForm> Addresses { get; } = [];

    /// <summary>True when something was changed.</summary>
    public bool IsDirty => !JsonNode.DeepEquals(Document(Began), Mine());

    /// <summary>The command's parameter.</summary>
    public AccountEmailsChange Change => new(
        [.. Addresses.Select(static a => a.Address)], Sends,
        Addresses.Where(static a => a.Own is not null).ToDictionary(static a => a.Address, static a => Copy(a.Own!)));

    /// <summary>What the person and somebody else have made of the settings. Addresses are compared one by one: two people can each add one.</summary>
    public MergeResult Against(AccountEmailsView now) => DocumentMerge.Of(Document(Began), Document(now), Mine());

    /// <summary>True when these are other settings than those that the person began with.</summary>
    public bool IsOutdatedBy(AccountEmailsView now) => !JsonNode.DeepEquals(Document(Began), Document(now));

    /// <summary>Puts the person's changes onto what stands now.</summary>
    public void Rebase(AccountEmailsView now)
    {
        var merged = Against(now).Merged;
        Began = now;
        Show(merged);
    }

    /// <summary>Words for a field of <see cref="Against"/>.</summary>
    public static string LabelOf(string path) => path == Sending ? "Send email reports" : path.StartsWith(List + ".", StringComparison.Ordinal) ? path[(List.Length + 1)..] : "Addresses";

    /// <summary>Words for a value of <see cref="Against"/>, which tells it as JSON.</summary>
    public static string Shown(string path, string json)
    {
        if (path == Sending)
        {
            return json == "true" ? "on" : "off";
        }

        try
        {
            return JsonNode.Parse(json) switch
            {
                JsonArray { Count: 0 } => "an own list, which is empty",
                JsonArray own => "reports of its own: " + string.Join(", ", ReportConfig.ReadList(own).Select(static r => r.TypeWords)),
                JsonObject => "addresses",
                _ => "the default reports",
            };
        }
        catch (JsonException)
        {
            return "reports of its own"; // a long list is told cut
        }
    }

    private static JsonObject Document(AccountEmailsView view)
    {
        var addresses = new JsonObject();
        foreach (var address in view.Settings.Emails.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            addresses[address] = EffectiveReports.Own(view.Settings, address)?.DeepClone();
        }

        return new JsonObject { [Sending] = view.Settings.SendsReports, [List] = addresses };
    }

    private static JsonArray Copy(List<JsonObject> reports) => [.. reports.Select(static r => r.DeepClone())];

    private JsonObject Mine()
    {
        var addresses = new JsonObject();
        foreach (var address in Addresses)
        {
            addresses[address.Address] = address.Own is { } own ? Copy(own) : null;
        }

        return new JsonObject { [Sending] = Sends, [List] = addresses };
    }

    private void Show(JsonObject document)
    {
        Sends = (bool)document[Sending]!;
        Addresses.Clear();
        Addresses.AddRange(document[List]!.AsObject().Select(static a => new AddressForm(a.Key) { Own = a.Value is JsonArray own ? [.. own.OfType<JsonObject>().Select(static r => (JsonObject)r.DeepClone())] : null }));
    }
}
