namespace PatchCore.Edge.Host.Commands;

/// <summary>What the program tells its caller.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The work failed, or a part of it did; standard error says what.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl+C before the work was done.</summary>
    public const int Canceled = 130;
}
