using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items.Engines;

/// <summary>What a Protected Item of type MySQL backs up: a view of its EngineProps.</summary>
/// <param name="props">The settings.</param>
public sealed class MySqlSelection(JsonObject props)
{
    /// <summary>The database server; empty for the device itself by its socket.</summary>
    public string Host
    {
        get => props.Text(ItemEngines.MySqlKeys.Host);
        set => props.SetText(ItemEngines.MySqlKeys.Host, value.Trim());
    }

    /// <summary>Its port; empty for 3306.</summary>
    public string Port
    {
        get => props.Text(ItemEngines.MySqlKeys.Port);
        set => props.SetText(ItemEngines.MySqlKeys.Port, value.Trim());
    }

    /// <summary>The database user.</summary>
    public string Username
    {
        get => props.Text(ItemEngines.MySqlKeys.Username);
        set => props.SetText(ItemEngines.MySqlKeys.Username, value);
    }

    /// <summary>The database user's password.</summary>
    public string Password
    {
        get => props.Text(ItemEngines.MySqlKeys.Password);
        set => props.SetText(ItemEngines.MySqlKeys.Password, value);
    }

    /// <summary>All databases but <see cref="Except"/>, also those that are made later.</summary>
    public bool All
    {
        get => props.ContainsKey(ItemEngines.MySqlKeys.AllDatabases);
        set => props.SetPresent(ItemEngines.MySqlKeys.AllDatabases, value);
    }

    /// <summary>The databases, unless <see cref="All"/>.</summary>
    public IReadOnlyList<string> Databases
    {
        get => props.List(ItemEngines.MySqlKeys.Database);
        set => props.SetList(ItemEngines.MySqlKeys.Database, value);
    }

    /// <summary>Databases left out of <see cref="All"/>.</summary>
    public IReadOnlyList<string> Except
    {
        get => props.List(ItemEngines.MySqlKeys.Except);
        set => props.SetList(ItemEngines.MySqlKeys.Except, value);
    }

    /// <summary>The connection must be encrypted.</summary>
    public bool UseTls
    {
        get => props.ContainsKey(ItemEngines.MySqlKeys.UseTls);
        set => props.SetPresent(ItemEngines.MySqlKeys.UseTls, value);
    }

    /// <summary>Any certificate of the server is accepted.</summary>
    public bool TlsSkipVerify
    {
        get => props.ContainsKey(ItemEngines.MySqlKeys.TlsSkipVerify);
        set => props.SetPresent(ItemEngines.MySqlKeys.TlsSkipVerify, value);
    }

    /// <summary>File on the device: certificates that may sign the server's.</summary>
    public string TlsCa
    {
        get => props.Text(ItemEngines.MySqlKeys.TlsCa);
        set => props.SetText(ItemEngines.MySqlKeys.TlsCa, value.Trim());
    }

    /// <summary>File on the device: the client's certificate.</summary>
    public string TlsCert
    {
        get => props.Text(ItemEngines.MySqlKeys.TlsCert);
        set => props.SetText(ItemEngines.MySqlKeys.TlsCert, value.Trim());
    }

    /// <summary>File on the device: the key of the client's certificate.</summary>
    public string TlsKey
    {
        get => props.Text(ItemEngines.MySqlKeys.TlsKey);
        set => props.SetText(ItemEngines.MySqlKeys.TlsKey, value.Trim());
    }

    /// <summary>True for a key that this view shows.</summary>
    public static bool Knows(string key) => key is ItemEngines.MySqlKeys.Host or ItemEngines.MySqlKeys.Port or ItemEngines.MySqlKeys.Username
        or ItemEngines.MySqlKeys.Password or ItemEngines.MySqlKeys.AllDatabases or ItemEngines.MySqlKeys.UseTls or ItemEngines.MySqlKeys.TlsSkipVerify
        or ItemEngines.MySqlKeys.TlsCa or ItemEngines.MySqlKeys.TlsCert or ItemEngines.MySqlKeys.TlsKey
        || key.StartsWith(ItemEngines.MySqlKeys.Database, StringComparison.Ordinal) || key.StartsWith(ItemEngines.MySqlKeys.Except, StringComparison.Ordinal);
}
