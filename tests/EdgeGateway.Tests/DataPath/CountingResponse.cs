using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeGateway.Tests.DataPath;

/// <summary>A response that remembers what went out together. Allocates nothing of its own unless it is to keep the texts.</summary>
internal sealed class CountingResponse : PipeWriter, IHttpResponseBodyFeature
{
    private readonly ArrayBufferWriter<byte> _written = new(256 * 1024);
    private TaskCompletionSource<FlushResult>? _slow;

    /// <summary>The text of each send.</summary>
    public List<string> Sent { get; } = [];

    public bool KeepsTexts { get; init; } = true;

    public int Sends { get; private set; }

    /// <summary>Bytes that wait to be sent.</summary>
    public int WrittenCount => _written.WrittenCount;

    /// <summary>Bytes of the largest.</summary>
    public int Largest { get; private set; }

    /// <summary>The client takes nothing more until <see cref="Catch"/>.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Called at each send.</summary>
    public Action OnSend { get; set; } = () => { };

    public Stream Stream => throw new NotSupportedException();

    public PipeWriter Writer => this;

    /// <summary>A slow client takes what waits for it.</summary>
    public void Catch()
    {
        IsSlow = false;
        _slow?.SetResult(default);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _written.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _written.GetSpan(sizeHint);

    public override void Advance(int bytes) => _written.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Sends++;
        Largest = Math.Max(Largest, _written.WrittenCount);
        if (KeepsTexts)
        {
            Sent.Add(Encoding.UTF8.GetString(_written.WrittenSpan));
        }

        _written.ResetWrittenCount();
        OnSend();
        return IsSlow ? new((_slow = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task) : default;
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task CompleteAsync() => Task.CompletedTask;

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    public void DisableBuffering()
    {
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
