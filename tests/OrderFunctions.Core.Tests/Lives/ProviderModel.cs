using System.Text.Json;
using OrderFunctions.Providers;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>
/// What a provider would believe of the order after the calls it has served, by its document, and what it should have
/// been told. It knows nothing of how the system works.
/// </summary>
internal abstract class ProviderModel(Life life)
{
    private readonly List<string> _violations = [];
    private readonly List<LifeEvent> _dealtWith = [];
    private LifeEvent? _newestTold;
    private LifeEvent? _toldLast;

    public abstract Provider Provider { get; }

    public Life Life => life;

    /// <summary>What must never happen and did.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>How often the provider was told what it had been told just before.</summary>
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

        var answer = Write(lifeEvent, path, root);
        if (answer.Status < 300)
        {
            Repeats += _toldLast == lifeEvent ? 1 : 0;
            _toldLast = lifeEvent;
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

    /// <summary>Whether the provider need not know the order: the newest event says so little, or that it came to nothing.</summary>
    /// <param name="has">Whether an event has what the provider must have to learn of an order.</param>
    protected bool NeedNotKnow(Func<LifeEvent, bool> has, bool isParked)
    {
        var newest = life.Newest;
        if (has(newest))
        {
            return false;
        }

        // Once an order came to nothing, what was lifeEvent of it before is not told any more.
        return isParked
            || newest.IsVoid
            || life.Arriving.Where(has)
                .All(lifeEvent =>
                    lifeEvent.IsVoid || life.Arriving.Any(other => other.IsVoid && other.IsNewerThan(lifeEvent))
                );
    }
}
