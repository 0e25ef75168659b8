namespace OrderFunctions.Sandbox.Http;

/// <summary>
/// An id or a secret that a caller must present. It has the name of the setting in which OrderFunctions keeps it.
/// </summary>
/// <param name="Name">As in Providers:Katalys:SiteId or Credentials:duel-bearer-token.</param>
/// <param name="Default">What the sandbox knows the shop by unless it is told otherwise; none is a real secret.</param>
/// <param name="IsUuid">Whether the value must be a uuid.</param>
public sealed record SandboxSetting(string Name, string Default, bool IsUuid = false)
{
    /// <summary>Whether the setting can have this value.</summary>
    public bool Allows(string? value) => !string.IsNullOrEmpty(value) && (!IsUuid || Guid.TryParse(value, out _));
}
