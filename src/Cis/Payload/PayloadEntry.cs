namespace Cis.Payload;

/// <summary>One file inside the packed executable.</summary>
/// <param name="Name">Its path in the payload, with '/': <c>lib/libvips.so.42</c>.</param>
/// <param name="Offset">Bytes from the start of the packed file; a multiple of <see cref="PayloadTable.PageSize"/>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Hash">XXH128 of the bytes.</param>
internal readonly record struct PayloadEntry(string Name, long Offset, long Length, UInt128 Hash);
