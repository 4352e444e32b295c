using System.Globalization;

namespace EdgeGateway.TestUpstreams.Control;

/// <summary>A fault as a query: <c>kind=status&amp;status=503&amp;retry_after=2&amp;on=tools/call&amp;times=1</c>.</summary>
internal static class FaultQuery
{
    public static Fault Parse(IQueryCollection query)
    {
        var delay = TimeSpan.FromMilliseconds(Number(query, "ms") ?? 100);
        var fault = query["kind"].ToString() switch
        {
            "status" => Fault.Status(Number(query, "status") ?? 500, Number(query, "retry_after")),
            "hang" => Fault.Hang(),
            "slow_headers" => Fault.SlowHeaders(delay),
            "drip_body" => Fault.DripBody(delay),
            "close_before_response" => Fault.CloseBeforeResponse(),
            "close_mid_body" => Fault.CloseMidBody(),
            "garbage" => Fault.Garbage(),
            "session_id" => Fault.SessionId(query["text"].ToString()),
            var kind => throw new FormatException(
                $"kind '{kind}' is none of status, hang, slow_headers, drip_body, close_before_response, close_mid_body, garbage, session_id"),
        };
        return fault with { On = query["on"] is [{ } on] ? on : fault.On, Times = Number(query, "times") };
    }

    public static int? Number(IQueryCollection query, string name) =>
        query[name] is [{ Length: > 0 } text] ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;
}
