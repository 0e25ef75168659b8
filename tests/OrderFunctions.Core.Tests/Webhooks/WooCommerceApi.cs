using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OrderFunctions.Core.Tests.Webhooks;

/// <summary>
/// A shop's REST API as WooCommerce documents it (REST API v3: Authentication, Pagination, Order refunds): HTTP Basic with
/// a key that may read, 10 refunds to a page unless asked for up to 100, errors as WordPress writes them.
/// </summary>
internal sealed class WooCommerceApi : IAsyncDisposable
{
    public const string Key = "ck_0123456789abcdef0123456789abcdef01234567";
    public const string Secret = "cs_89abcdef0123456789abcdef0123456789abcdef";

    private readonly WebApplication _app;
    private readonly List<JsonObject> _refunds = [];

    private WooCommerceApi(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public int Calls { get; private set; }

    /// <summary>What it answers instead; null: it works.</summary>
    public IResult? Outage { get; set; }

    public static async Task<WooCommerceApi> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        var app = builder.Build();
        var api = new WooCommerceApi(app);
        // Whatever it is asked.
        app.Use(next =>
            context =>
            {
                api.Calls++;
                return next(context);
            }
        );
        app.UseRouting();
        app.MapGet("/wp-json/wc/v3/orders/{order:long}/refunds", api.List);
        await app.StartAsync();
        return api;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Refunds items of the order: (kind, item, quantity, total, tax), as WooCommerce keeps them: below zero.</summary>
    public void Refund(
        int id,
        string amount,
        params (string Kind, int Item, int Quantity, string Net, string Tax)[] back
    )
    {
        var refund = new JsonObject
        {
            ["id"] = id,
            ["date_created_gmt"] = "2026-11-21T15:00:00",
            ["amount"] = amount,
            ["reason"] = "",
            ["refunded_by"] = 1,
            ["refunded_payment"] = true,
            ["meta_data"] = new JsonArray(),
            ["line_items"] = new JsonArray(),
            ["shipping_lines"] = new JsonArray(),
            ["tax_lines"] = new JsonArray(),
            ["fee_lines"] = new JsonArray(),
        };
        foreach (var (kind, item, quantity, net, tax) in back)
        {
            refund[kind]!
                .AsArray()
                .Add(
                    new JsonObject
                    {
                        ["id"] = 9000 + id,
                        ["quantity"] = -quantity,
                        ["total"] = $"-{net}",
                        ["total_tax"] = $"-{tax}",
                        ["meta_data"] = new JsonArray(
                            new JsonObject
                            {
                                ["id"] = 2076,
                                ["key"] = "_refunded_item_id",
                                ["value"] = item.ToString(CultureInfo.InvariantCulture),
                            }
                        ),
                    }
                );
        }

        _refunds.Insert(0, refund);
    }

    private IResult List(HttpRequest request, long order)
    {
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Key}:{Secret}"));
        if (request.Headers.Authorization != basic)
        {
            return Error(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.");
        }

        if (Outage is not null)
        {
            return Outage;
        }

        var perPage = request.Query["per_page"] is [{ } text] ? int.Parse(text, CultureInfo.InvariantCulture) : 10;
        return perPage is < 1 or > 100 ? Error(400, "rest_invalid_param", "Invalid parameter(s): per_page")
            : order != 727 ? Error(404, "woocommerce_rest_invalid_order_id", "Invalid order ID.")
            : Json(new JsonArray([.. _refunds.Take(perPage).Select(refund => refund.DeepClone())]), 200);
    }

    private static IResult Error(int status, string code, string message) =>
        Json(
            new JsonObject
            {
                ["code"] = code,
                ["message"] = message,
                ["data"] = new JsonObject { ["status"] = status },
            },
            status
        );

    private static IResult Json(JsonNode json, int status) =>
        Results.Text(json.ToJsonString(), "application/json; charset=UTF-8", statusCode: status);
}
