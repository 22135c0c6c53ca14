namespace Comet.Blazor.Wire;

/// <summary>Job status codes (spec/02 §3.1). Unknown codes are treated by range.</summary>
public static class JobStatus
{
    /// <summary>Finished, fine.</summary>
    public const int Success = 5000;

    /// <summary>The last report says running.</summary>
    public const int Running = 6001;

    /// <summary>Had been marked abandoned, then reported again.</summary>
    public const int Revived = 6002;

    /// <summary>Hit an error, will retry.</summary>
    public const int Retrying = 6003;

    /// <summary>Created by the server, not picked up by the device yet.</summary>
    public const int NotYetStarted = 6004;

    /// <summary>Ran longer than its time limit allows.</summary>
    public const int Timeout = 7000;

    /// <summary>Finished; the result may be affected.</summary>
    public const int Warning = 7001;

    /// <summary>Did not complete.</summary>
    public const int Error = 7002;

    /// <summary>Account or vault quota exceeded.</summary>
    public const int QuotaExceeded = 7003;

    /// <summary>Did not start at its scheduled time.</summary>
    public const int Missed = 7004;

    /// <summary>Cancelled, or the device was shut down.</summary>
    public const int Cancelled = 7005;

    /// <summary>Another one was running.</summary>
    public const int Skipped = 7006;

    /// <summary>Stopped unexpectedly.</summary>
    public const int Abandoned = 7007;

    /// <summary>True for 6000 to 6999.</summary>
    public static bool IsRunning(int status) => status is >= 6000 and < 7000;

    /// <summary>True for 5000 to 5999.</summary>
    public static bool IsSuccess(int status) => status is >= 5000 and < 6000;

    /// <summary>True for a status that ends a job.</summary>
    public static bool IsFinal(int status) => IsSuccess(status) || status is >= 7000 and < 8000;
}

/// <summary>Job classification codes (spec/02 §3.2).</summary>
public static class JobKind
{
    /// <summary>Backup.</summary>
    public const int Backup = 4001;

    /// <summary>Restore.</summary>
    public const int Restore = 4002;

    /// <summary>Retention pass.</summary>
    public const int Retention = 4003;

    /// <summary>Locks are removed from a vault.</summary>
    public const int Unlock = 4004;

    /// <summary>Snapshots are deleted.</summary>
    public const int DeleteSnapshots = 4005;

    /// <summary>A vault is measured.</summary>
    public const int MeasureVault = 4006;
}
