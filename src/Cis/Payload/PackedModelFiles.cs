using Cis.Ocr;
using Cis.Pages;

namespace Cis.Payload;

/// <summary>The compiled model family of a payload; its files stay mapped until this is disposed.</summary>
internal sealed unsafe class PackedModelFiles : IModelFiles, IDisposable
{
    private readonly PayloadStore _payload;
    private readonly string _folder;
    private readonly List<PayloadView> _views = [];

    /// <summary>The only family of a payload.</summary>
    /// <exception cref="PayloadException">The payload has none.</exception>
    public PackedModelFiles(PayloadStore payload)
    {
        _payload = payload;
        _folder = Path.GetDirectoryName(FamilySummary.EntryOf(payload).Name)!;
    }

    /// <inheritdoc/>
    public ModelBytes Open(string name)
    {
        string path = $"{_folder}/{name}";
        if (!_payload.TryFind(path, out PayloadEntry entry))
        {
            throw new ReadException(Outcome.Crashed, $"{_payload.Location} carries no {path}: build it again.");
        }

        PayloadView view = _payload.Map(entry);
        _views.Add(view);
        return new ModelBytes(view.Pointer, view.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PayloadView view in _views)
        {
            view.Dispose();
        }

        _views.Clear();
    }
}
