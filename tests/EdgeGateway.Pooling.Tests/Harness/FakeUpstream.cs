namespace EdgeGateway.Pooling.Tests.Harness;

/// <summary>What the upstream does with the next handshake.</summary>
internal enum Answer
{
    AtOnce,

    /// <summary>When the test says so.</summary>
    Held,

    /// <summary>Refused connection: the server's fault.</summary>
    Refuse,

    /// <summary>Refused credential: an answer, not a fault.</summary>
    Unauthorized,

    /// <summary>Never; the handshake timeout ends it.</summary>
    Hang,
}

/// <summary>A handshake the upstream sits on.</summary>
internal sealed class HeldHandshake(int endpoint, SessionClass sessionClass, Credential credential)
{
    public int Endpoint { get; } = endpoint;

    public SessionClass Class { get; } = sessionClass;

    public Credential Credential { get; } = credential;

    public TaskCompletionSource<bool> Verdict { get; } = new();

    public bool WasCalledOff { get; set; }
}

/// <summary>A scripted upstream: opens sessions at once, later, or not at all.</summary>
internal sealed class FakeUpstream : ISessionOpener<FakeSession>
{
    private readonly Lock _lock = new();
    private readonly List<FakeSession> _sessions = [];
    private int _number;

    public Func<int, Credential, Answer> Answers { get; set; } = static (_, _) => Answer.AtOnce;

    public Answer Answer
    {
        set => Answers = (_, _) => value;
    }

    public bool IsStateful { get; set; } = true;

    /// <summary>Every session ever opened.</summary>
    public IReadOnlyList<FakeSession> Sessions
    {
        get
        {
            lock (_lock)
            {
                return [.. _sessions];
            }
        }
    }

    public List<HeldHandshake> Held { get; } = [];

    /// <summary>Handshakes asked for, failed ones included.</summary>
    public int Asked { get; private set; }

    public List<int> AskedEndpoints { get; } = [];

    public int Running { get; private set; }

    public int MostAtOnce { get; private set; }

    public IEnumerable<FakeSession> Open => Sessions.Where(session => !session.IsClosed);

    public async ValueTask<FakeSession> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken)
    {
        Answer answer;
        HeldHandshake? held = null;
        lock (_lock)
        {
            Asked++;
            AskedEndpoints.Add(endpoint);
            Running++;
            MostAtOnce = Math.Max(MostAtOnce, Running);
            answer = Answers(endpoint, credential);
            if (answer is Answer.Held or Answer.Hang)
            {
                held = new HeldHandshake(endpoint, sessionClass, credential);
                Held.Add(held);
            }
        }

        try
        {
            if (held is not null)
            {
                using var calledOff = cancellationToken.Register(() =>
                {
                    held.WasCalledOff = true;
                    held.Verdict.TrySetCanceled(cancellationToken);
                });
                if (!await held.Verdict.Task)
                {
                    answer = Answer.Refuse;
                }
            }
        }
        finally
        {
            lock (_lock)
            {
                Running--;
                Held.Remove(held!);
            }
        }

        return answer switch
        {
            Answer.Refuse => throw new SessionOpenException("upstream_refused", "The upstream refused the connection."),
            Answer.Unauthorized => throw new SessionOpenException("upstream_auth", "The upstream refused the credential.", isServerFault: false),
            _ => Create(endpoint, sessionClass, credential),
        };
    }

    /// <summary>Lets the handshakes that are held end, well or badly.</summary>
    public void LetGo(bool well = true, int most = int.MaxValue)
    {
        foreach (var held in Held.Take(most).ToArray())
        {
            held.Verdict.TrySetResult(well);
        }
    }

    private FakeSession Create(int endpoint, SessionClass sessionClass, Credential credential)
    {
        lock (_lock)
        {
            var session = new FakeSession(++_number, endpoint, sessionClass, credential, IsStateful);
            _sessions.Add(session);
            return session;
        }
    }
}
