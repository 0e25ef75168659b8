using System.Text.Json;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Core.Tests.Lives.Models;

/// <summary>
/// What a provider would believe of the order after the calls it has served, by its document, and what it should have
/// been told. It knows nothing of how the system works.
/// </summary>
internal abstract class ProviderModel(Life life)
{
    private readonly List<string> _violations = [];
    private readonly List<LifeEvent> _dealtWith = [];
    private LifeEvent? _newestTold;
    private string? _toldLast;

    public abstract Provider Provider { get; }

    public Life Life => life;

    /// <summary>What must never happen and did.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>How often the provider was told just what it had been told before.</summary>
    public int Repeats { get; private set; }

    /// <summary>Serves one call that is made for an event.</summary>
    public (int Status, string Body) Serve(LifeEvent lifeEvent, HttpMethod method, string path, string body)
    {
        using var json = body.Length == 0 ? null : JsonDocument.Parse(body);
        var root = json?.RootElement ?? default;
        if (method == HttpMethod.Get)
        {
            return LookUp(path);
        }

        if (_newestTold is not null && !lifeEvent.IsNewerThan(_newestTold) && lifeEvent != _newestTold)
        {
            Violation($"told {lifeEvent.Id} after the newer {_newestTold.Id}");
        }

        if (_dealtWith.Find(other => other.IsNewerThan(lifeEvent) && !LeavesRoomFor(other)) is { } newer)
        {
            Violation($"told {lifeEvent.Id} though the newer {newer.Id} had been dealt with");
        }

        if (
            _dealtWith.Find(other => other.Consent == Consent.Excluded) is { } exclusion
            && life.Arriving.All(other => other.Consent != Consent.Included)
        )
        {
            Violation($"told {lifeEvent.Id} though {exclusion.Id} had said that it is not for this provider");
        }

        var answer = Write(lifeEvent, path, root);
        if (answer.Status < 300)
        {
            Repeats += _toldLast == body ? 1 : 0;
            _toldLast = body;
            _newestTold = _newestTold is null || lifeEvent.IsNewerThan(_newestTold) ? lifeEvent : _newestTold;
        }

        return answer;
    }

    /// <summary>A delivery of the event has ended, and for good.</summary>
    public void DealtWith(LifeEvent lifeEvent) => _dealtWith.Add(lifeEvent);

    /// <summary>Something happens on the provider's side; false: nothing can.</summary>
    public virtual bool Approve() => false;

    /// <summary>What it believes of the order; null: nothing.</summary>
    public abstract string? Belief { get; }

    /// <summary>What it should believe in the end, in the words of <see cref="Belief"/>.</summary>
    /// <returns>Each of them is right; null among them: it need not know the order.</returns>
    /// <param name="isParked">Whether a delivery is left for a person, with a reason.</param>
    public abstract IEnumerable<string?> RightBeliefs(bool isParked);

    protected virtual (int Status, string Body) LookUp(string path) => (405, "");

    protected abstract (int Status, string Body) Write(LifeEvent lifeEvent, string path, JsonElement body);

    protected void Violation(string what) => _violations.Add(what);

    /// <summary>Whether an event, though it needs no telling any more, leaves an older one worth telling.</summary>
    protected virtual bool LeavesRoomFor(LifeEvent newer) => false;

    /// <summary>
    /// Whether an event says that the order is not for the provider: what it was told before stays so, what was said before
    /// is forgotten, and where another event says that it is for the provider after all, a person may have to send it.
    /// </summary>
    protected bool IsExcluded => life.Arriving.Any(lifeEvent => lifeEvent.Consent == Consent.Excluded);

    protected bool IsOriginStated =>
        life.Arriving.Any(lifeEvent => lifeEvent is { Origin: Origin.Stated, IsBare: false });

    /// <summary>Whether the order is unpaid in the end, and that is not told.</summary>
    protected bool IsPendingUntold => !life.TellPending && life.Newest.Status == OrderStatus.Pending;

    protected bool IsOriginDenied =>
        life.Arriving.Any(lifeEvent => lifeEvent is { Origin: Origin.None, IsBare: false });
}
