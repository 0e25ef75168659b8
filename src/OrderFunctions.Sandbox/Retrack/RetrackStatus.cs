namespace OrderFunctions.Sandbox.Retrack;

/// <summary>The names of a status (seeds: retrack-server-to-server).</summary>
internal static class RetrackStatus
{
    public const string Approved = "approved";
    public const string Rejected = "rejected";
}
