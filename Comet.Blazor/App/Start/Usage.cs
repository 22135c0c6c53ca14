namespace Comet.Blazor.App.Start;

/// <summary>The help text of the executable.</summary>
public static class Usage
{
    /// <summary>Exit code of a wrong verb or option (decisions.md 28).</summary>
    public const int ExitCode = 2;

    /// <summary>What <c>help</c> prints.</summary>
    public const string Text = """
        usage: Comet.Blazor [--Urls URL] [--Comet:DataDirectory DIR] [--Comet:NAME VALUE]
                   runs the server; every setting of appsettings.json can be given as --Section:Name VALUE
               Comet.Blazor agent --server URL --username NAME --password-file FILE [--state DIR] [--restic PATH] [--ca FILE]
                   [--filenames yes|no]
                   connects this computer to a server and runs its backups
               Comet.Blazor help
                   prints this text

        options of the agent:
          --server                 the server's address, such as http://127.0.0.1:8060
          --username               the account's name
          --password-file          file with the account's password
          --state                  folder that the agent keeps between runs, comet-agent in the user's local data folder
          --restic                 the restic to use, if not the one on PATH (version 0.14 or newer)
          --ca                     PEM file with the server's certificate, if this computer does not trust it (a self-signed one)
          --filenames              no: administrators do not see file names of this computer; yes when not given

        settings of the server (also in appsettings.json, or as environment variables such as Comet__DataDirectory):
          Urls                     where to listen, http://127.0.0.1:8060; several separated by semicolons, https:// needs a certificate
          Comet:DataDirectory      folder of all data, data beside Comet.Blazor.sln
          Comet:KeyDirectory       folder of the server's keys, the data folder's name with -keys after it
          Comet:PublicUrl          address under which devices reach this server, if it is another one
          Comet:StorageUrls        own listener for backup data, such as http://127.0.0.1:8061
          Comet:StoragePublicUrl   address under which devices reach that listener, if it is another one
          Comet:RandomDelaySecs    seconds by which devices may delay their planned backups, so that they do not all come at once
          Comet:SelfSigned         true: the server makes itself a certificate for https addresses
          Comet:Certificate        PEM or PFX file for https addresses, taken anew when it changes
          Comet:CertificateKey     PEM file with its private key, if that is a file of its own
          Comet:CertificatePasswordFile
                                   file with the password of PFX or key (or the password itself: Comet:CertificatePassword)
          Comet:Hsts               false: do not tell browsers to come by https only
          Comet:HttpsRedirect      true: lead pages from http to https addresses
          Comet:TrustedProxies     proxies whose X-Forwarded-For counts, such as 10.0.0.5, 10.1.0.0/16
        """;

    /// <summary>Prints a complaint and the usage to standard error; answers <see cref="ExitCode"/>.</summary>
    public static int Complain(string complaint)
    {
        Console.Error.WriteLine(complaint);
        Console.Error.WriteLine();
        Console.Error.WriteLine(Text);
        return ExitCode;
    }

    /// <summary>Prints the usage to standard output; answers 0.</summary>
    public static int Print()
    {
        Console.Out.WriteLine(Text);
        return 0;
    }
}
