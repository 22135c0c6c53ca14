namespace Comet.Blazor.Wire;

/// <summary>Constants of the agent protocol, docs/agent-protocol.md.</summary>
public static class AgentProtocol
{
    /// <summary>The version spoken here. A server answers with the highest version that both know.</summary>
    public const int Version = 1;

    /// <summary>The path of the WebSocket endpoint.</summary>
    public const string Path = "/agent/v1";

    /// <summary>The WebSocket subprotocol.</summary>
    public const string SubProtocol = "comet.agent.v1";

    /// <summary>The largest frame, in bytes, that either side accepts; a larger one closes the link with <see cref="CloseCodes.TooBig"/>.</summary>
    public const int MaxFrameBytes = 1024 * 1024;

    /// <summary>The largest frame, in bytes, that the server accepts before a link has signed in.</summary>
    public const int MaxHelloBytes = 16 * 1024;

    /// <summary>The most lines in one <see cref="JobLog"/>.</summary>
    public const int MaxLogLines = 200;

    /// <summary>The most job messages that the server has taken and not acknowledged on one link; it stops reading until some are stored.</summary>
    public const int MaxUnacknowledged = 64;

    /// <summary>Messages other than job messages that a device may send in a second on the long run; a device that sends more is dropped with <see cref="CloseCodes.TooMany"/>.</summary>
    public const int MaxTalkPerSecond = 50;

    /// <summary>Messages other than job messages that a device may send at once after a quiet time.</summary>
    public const int MaxTalkAtOnce = 500;

    /// <summary>Seconds between heartbeats of a quiet link.</summary>
    public const int HeartbeatSeconds = 30;

    /// <summary>Seconds of silence after which a side takes the link for dead (spec/02 §1.1).</summary>
    public const int SilenceSeconds = 90;

    /// <summary>Seconds that a new link has to sign in.</summary>
    public const int HelloSeconds = 15;

    /// <summary>WebSocket close codes used by this protocol.</summary>
    public static class CloseCodes
    {
        /// <summary>Normal end; the device comes back after its back-off.</summary>
        public const int Normal = 1000;

        /// <summary>The server stops or restarts; come back soon.</summary>
        public const int GoingAway = 1001;

        /// <summary>A frame over <see cref="MaxFrameBytes"/>.</summary>
        public const int TooBig = 1009;

        /// <summary>The server failed to do its part, for instance to store a message; come back after the back-off.</summary>
        public const int ServerFault = 1011;

        /// <summary>Not valid JSON, an unknown message, or a message out of order.</summary>
        public const int BadMessage = 4400;

        /// <summary>Name or password is wrong; retry only with other credentials (slow back-off).</summary>
        public const int BadCredentials = 4401;

        /// <summary>The account is suspended or may not register more devices.</summary>
        public const int Forbidden = 4403;

        /// <summary>No hello in time, or silence.</summary>
        public const int TimedOut = 4408;

        /// <summary>The device was revoked; it does not come back by itself.</summary>
        public const int Revoked = 4410;

        /// <summary>The administrator dropped the connection; come back after the back-off.</summary>
        public const int Dropped = 4411;

        /// <summary>No common protocol version.</summary>
        public const int Version = 4426;

        /// <summary>Too many failed sign-ins, or too many messages; wait.</summary>
        public const int TooMany = 4429;
    }

    /// <summary>Actions that the server asks of a device.</summary>
    public static class Actions
    {
        /// <summary><see cref="RunBackup"/>; answered with <see cref="RunBackupAccepted"/> when the device has taken the job.</summary>
        public const string RunBackup = "run-backup";

        /// <summary><see cref="CancelJob"/>; answered empty when the cancel has been delivered to the job.</summary>
        public const string CancelJob = "cancel-job";

        /// <summary>Empty body; the device asks for its profile again.</summary>
        public const string RefetchProfile = "refetch-profile";

        /// <summary><see cref="Wire.BrowseFolder"/>; answered with <see cref="FolderPage"/>.</summary>
        public const string BrowseFolder = "browse-folder";

        /// <summary><see cref="Wire.EstimateItem"/>; answered with <see cref="ItemEstimate"/>.</summary>
        public const string EstimateItem = "estimate-item";

        /// <summary><see cref="Wire.TestVault"/>; answered with <see cref="VaultTested"/>.</summary>
        public const string TestVault = "test-vault";

        /// <summary><see cref="Wire.ListSnapshots"/>; answered with <see cref="SnapshotPage"/>.</summary>
        public const string ListSnapshots = "list-snapshots";

        /// <summary><see cref="VaultWork"/>; answered with <see cref="RunBackupAccepted"/> when the device has taken the job.</summary>
        public const string ApplyRetention = "apply-retention";

        /// <summary><see cref="VaultWork"/>; answered with <see cref="RunBackupAccepted"/> when the device has taken the job.</summary>
        public const string MeasureVault = "measure-vault";

        /// <summary><see cref="Wire.UnlockVault"/>; answered with <see cref="RunBackupAccepted"/> when the device has taken the job.</summary>
        public const string UnlockVault = "unlock-vault";

        /// <summary><see cref="Wire.DeleteSnapshots"/>; answered with <see cref="RunBackupAccepted"/> when the device has taken the job.</summary>
        public const string DeleteSnapshots = "delete-snapshots";

        /// <summary><see cref="Wire.UpdatePassword"/>; answered empty when the device has stored it.</summary>
        public const string UpdatePassword = "update-password";

        /// <summary><see cref="Wire.Uninstall"/>; answered empty when the device has begun to end its work for good.</summary>
        public const string Uninstall = "uninstall";
    }

    /// <summary>Actions that a device asks of the server.</summary>
    public static class DeviceActions
    {
        /// <summary>Empty body; answered with <see cref="AgentProfile"/>.</summary>
        public const string Profile = "profile";

        /// <summary><see cref="OfferVaultKey"/>; answered with <see cref="VaultKeyStored"/>.</summary>
        public const string OfferVaultKey = "offer-vault-key";

        /// <summary><see cref="VaultReport"/>; answered empty when it is stored.</summary>
        public const string ReportVault = "report-vault";
    }
}
