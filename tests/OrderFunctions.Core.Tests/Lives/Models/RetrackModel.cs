using System.Text.Json;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Retrack;

namespace OrderFunctions.Core.Tests.Lives.Models;

/// <summary>
/// Each create makes a transaction, whatever the order number; approved ones can't be changed, rejected ones not be
/// revived; a look-up tells the transaction of an order number (seeds: retrack-server-to-server).
/// </summary>
internal sealed class RetrackModel(Life life) : ProviderModel(life)
{
    private static readonly Guid CommissionEvent = new(4, 5, 6, new byte[8]);

    private string? _uuid;
    private string _status = "";
    private decimal _sum;
    private string? _click;
    private string _shown = "";

    public override Provider Provider { get; } =
        new RetrackProvider(
            new RetrackOptions
            {
                Enabled = true,
                EventId = CommissionEvent,
                TellPending = life.TellPending,
            }
        );

    public override string? Belief =>
        _uuid is null ? null
        : _status == "rejected" ? "rejected"
        : $"{_sum} {_click}";

    private decimal InMinorUnits =>
        Life.Currency switch
        {
            "JPY" => 1,
            "KWD" => 1000,
            _ => 100,
        };

    public override bool Approve()
    {
        if (_uuid is null || _status != "pending")
        {
            return false;
        }

        _status = "approved";
        return true;
    }

    public override IEnumerable<string?> RightBeliefs(bool isParked)
    {
        // What it was told before stays so.
        if (IsExcluded || IsPendingUntold)
        {
            yield return Belief;
        }

        var newest = Life.Newest;
        if (newest.IsVoid || !IsOriginStated || IsOriginDenied)
        {
            yield return null;
        }

        // Neither can be changed any more: a person has been told.
        if (isParked && _status is "approved" or "rejected")
        {
            yield return Belief;
        }

        yield return newest.IsVoid ? "rejected" : $"{newest.Total * InMinorUnits} 59d08c54-18e6-4e0d-9c06-d18be3510e43";
    }

    protected override (int Status, string Body) LookUp(string path)
    {
        if (_uuid is null)
        {
            return (404, "{}");
        }

        _shown = _status;
        return (200, Answer());
    }

    protected override (int Status, string Body) Write(LifeEvent lifeEvent, string path, JsonElement body)
    {
        if (path.EndsWith("/transactions", StringComparison.Ordinal))
        {
            if (_uuid is not null)
            {
                Violation($"{lifeEvent.Id} makes a second transaction");
            }

            _uuid = "0190a1b2-0000-7000-8000-000000000001";
            _status = "pending";
            Read(body);
            return (200, Answer());
        }

        if (!path.EndsWith($"/{_uuid}", StringComparison.Ordinal))
        {
            Violation($"{lifeEvent.Id} changes a transaction that is not there: {path}");
            return (404, "{}");
        }

        if (_status is "approved" or "rejected")
        {
            if (_shown == _status)
            {
                Violation($"{lifeEvent.Id} changes the transaction though the look-up showed that it is {_status}");
            }

            return (422, """{"message":"it can't be changed any more"}""");
        }

        if (body.TryGetProperty("status", out var status))
        {
            _status = status.GetString()!;
        }
        else
        {
            Read(body);
        }

        return (200, Answer());
    }

    private void Read(JsonElement body)
    {
        _sum = body.GetProperty("orderSum").GetDecimal();
        _click = body.TryGetProperty("click", out var click) ? click.GetString() : null;
    }

    private string Answer()
    {
        object? click = _click is null ? null : new { uuid = _click };
        var status = new { name = _status };
        return JsonSerializer.Serialize(
            new
            {
                data = new
                {
                    uuid = _uuid,
                    order_number = Life.OrderId,
                    status,
                    click,
                },
            }
        );
    }
}
