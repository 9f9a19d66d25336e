using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Cis.Pages;

namespace Cis.Documents.Images;

/// <summary>A reference to a GObject of libvips: a source, an image, or a region.</summary>
internal sealed unsafe class VipsObject : SafeHandle
{
    internal VipsObject(VipsNative vips, nint handle)
        : base(nint.Zero, ownsHandle: true)
    {
        Vips = vips;
        SetHandle(handle);
    }

    public override bool IsInvalid => handle == nint.Zero;

    /// <summary>The pointer, for the length of a call.</summary>
    internal nint Pointer => handle;

    internal VipsNative Vips { get; }

    protected override bool ReleaseHandle()
    {
        Vips.Unreference(handle);
        return true;
    }
}

/// <summary>One operation of libvips with its arguments, from name to result.</summary>
internal readonly unsafe ref struct VipsOperation
{
    // G_TYPE_OBJECT: fundamental type 20, shifted by two (gtype.h).
    private const nuint ObjectType = 20 << 2;

    private readonly VipsNative _vips;
    private readonly nint _operation;

    /// <summary>Begins an operation.</summary>
    internal VipsOperation(VipsNative vips, string name)
    {
        _vips = vips;
        fixed (byte* p = Utf8(name))
        {
            _operation = vips.NewOperation(p);
        }

        if (_operation == nint.Zero)
        {
            throw new InvalidOperationException($"libvips lacks the operation {name}: {vips.TakeError()}");
        }
    }

    /// <summary>Sets an argument that is an object.</summary>
    internal VipsOperation With(string name, VipsObject value)
    {
        GValue holder = default;
        _vips.InitializeValue(&holder, ObjectType);
        _vips.SetObjectValue(&holder, value.Pointer);
        fixed (byte* p = Utf8(name))
        {
            _vips.SetProperty(_operation, p, &holder);
        }

        _vips.UnsetValue(&holder);
        return this;
    }

    /// <summary>Sets an argument by its written form: a number, true or false, a nickname of an enumeration.</summary>
    internal VipsOperation With(string name, string value)
    {
        fixed (byte* n = Utf8(name))
        fixed (byte* v = Utf8(value))
        {
            if (_vips.SetFromString(_operation, n, v) != 0)
            {
                string error = _vips.TakeError();
                _vips.Unreference(_operation);
                throw new InvalidOperationException($"libvips does not take {name}={value}: {error}");
            }
        }

        return this;
    }

    /// <inheritdoc cref="With(string, string)"/>
    internal VipsOperation With(string name, double value) =>
        With(name, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Runs it.</summary>
    /// <returns>The image it gives.</returns>
    /// <exception cref="ReadException">The input does not bear it: <see cref="Outcome.Corrupt"/>.</exception>
    internal VipsObject Build()
    {
        nint operation = _operation;
        if (_vips.BuildOperation(&operation) != 0)
        {
            _vips.UnreferenceOutputs(operation);
            _vips.Unreference(operation);
            throw new ReadException(Outcome.Corrupt, $"the image data is damaged ({_vips.TakeError()}).");
        }

        GValue holder = default;
        _vips.InitializeValue(&holder, ObjectType);
        fixed (byte* p = "out\0"u8)
        {
            _vips.GetProperty(operation, p, &holder);
        }

        nint image = _vips.Reference(_vips.GetObjectValue(&holder));
        _vips.UnsetValue(&holder);
        _vips.UnreferenceOutputs(operation);
        _vips.Unreference(operation);
        return new VipsObject(_vips, image);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
