using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Cuts a line out of the page straight into the recognizer's input: the box is turned upright, scaled to 48 rows, and
/// normalized to -1..1, in one pass without a picture in between. Boxes are rectangles, so the map is affine.
/// </summary>
internal static unsafe class LineCropper
{
    /// <summary>The rows of a recognizer's input.</summary>
    public const int Height = 48;

    // Reducing by more than this averages over part of the pixels only; such a line is a headline of 400 rows.
    private const int MaximumSubsamples = 8;
    private const float HalfRange = 127.5f;

    /// <summary>Crops a line.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="contentWidth">Columns the line is scaled to.</param>
    /// <param name="width">Columns of the input; those beyond the content become 0, mid gray.</param>
    /// <param name="planes">3 * 48 * width floats, all written: (pixel / 127.5) - 1, blue, green, red.</param>
    public static void Crop(PageImage page, Quad box, int contentWidth, int width, Span<float> planes)
    {
        var sampler = new LineSampler(page, box, contentWidth);
        int plane = Height * width;
        fixed (float* target = planes)
        {
            for (int y = 0; y < Height; y++)
            {
                float* row = target + y * width;
                if (page.Format == PixelFormat.Gray8)
                {
                    sampler.SampleGrayRow(y, row);
                }
                else
                {
                    sampler.SampleColorRow(y, row, row + plane, row + 2 * plane);
                }

                ClearPadding(row, plane, contentWidth, width);
            }
        }

        if (page.Format == PixelFormat.Gray8)
        {
            planes[..plane].CopyTo(planes[plane..]);
            planes[..plane].CopyTo(planes[(2 * plane)..]);
        }
    }

    private static void ClearPadding(float* row, int plane, int contentWidth, int width)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            new Span<float>(row + channel * plane + contentWidth, width - contentWidth).Clear();
        }
    }

    /// <summary>The affine map of one line, and bilinear sampling along it.</summary>
    private readonly ref struct LineSampler
    {
        private readonly byte* _pixels;
        private readonly int _stride;
        private readonly int _below;
        private readonly int _maxPixelX;
        private readonly int _maxPixelY;
        private readonly float _maxX;
        private readonly float _maxY;
        private readonly PagePoint _origin;
        private readonly PagePoint _stepX;
        private readonly PagePoint _stepY;
        private readonly int _width;
        private readonly int _subX;
        private readonly int _subY;

        public LineSampler(PageImage page, Quad box, int width)
        {
            _pixels = page.Pixels;
            _stride = page.Stride;
            _maxX = page.Width - 1;
            _maxY = page.Height - 1;
            // Each position blends its pixel with the next one and the row below, so the last pixel is the last but one.
            _maxPixelX = Math.Max(0, page.Width - 2);
            _maxPixelY = Math.Max(0, page.Height - 2);
            _below = page.Height > 1 ? page.Stride : 0;
            _width = width;
            _subX = Subsamples(box.Width / width);
            _subY = Subsamples(box.Height / Height);
            _stepX = Step(box.TopLeft, box.TopRight, width * _subX);
            _stepY = Step(box.TopLeft, box.BottomLeft, Height * _subY);

            // Corners lie on the pixels' edges, samples on their middles.
            _origin = new(
                box.TopLeft.X + (_stepX.X + _stepY.X) / 2 - 0.5f,
                box.TopLeft.Y + (_stepX.Y + _stepY.Y) / 2 - 0.5f
            );
        }

        public void SampleGrayRow(int y, float* target)
        {
            float scale = 1 / (HalfRange * _subX * _subY);
            for (int x = 0; x < _width; x++)
            {
                float sum = 0;
                for (int row = y * _subY; row < (y + 1) * _subY; row++)
                {
                    for (int column = x * _subX; column < (x + 1) * _subX; column++)
                    {
                        sum += GrayAt(Position(column, row));
                    }
                }

                target[x] = sum * scale - 1;
            }
        }

        public void SampleColorRow(int y, float* blue, float* green, float* red)
        {
            float scale = 1 / (HalfRange * _subX * _subY);
            for (int x = 0; x < _width; x++)
            {
                Vector128<float> sum = Vector128<float>.Zero;
                for (int row = y * _subY; row < (y + 1) * _subY; row++)
                {
                    for (int column = x * _subX; column < (x + 1) * _subX; column++)
                    {
                        sum += ColorAt(Position(column, row));
                    }
                }

                sum = sum * scale - Vector128<float>.One;
                (blue[x], green[x], red[x]) = (sum[0], sum[1], sum[2]);
            }
        }

        private static int Subsamples(float scale) =>
            Math.Clamp((int)MathF.Ceiling(scale - 0.2f), 1, MaximumSubsamples);

        private static PagePoint Step(PagePoint from, PagePoint to, int steps) =>
            new((to.X - from.X) / steps, (to.Y - from.Y) / steps);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private PagePoint Position(int column, int row) =>
            new(
                Within(_origin.X + column * _stepX.X + row * _stepY.X, _maxX),
                Within(_origin.Y + column * _stepX.Y + row * _stepY.Y, _maxY)
            );

        /// <summary>A clamp to 0..max in two instructions; what is not a number becomes 0.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static float Within(float value, float max) => float.MinNative(float.MaxNative(value, 0), max);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private float GrayAt(PagePoint at)
        {
            int x = Math.Min((int)at.X, _maxPixelX);
            int y = Math.Min((int)at.Y, _maxPixelY);
            byte* p = _pixels + (nint)y * _stride + x;
            float fx = at.X - x;
            float upper = p[0] + fx * (p[1] - p[0]);
            float lower = p[_below] + fx * (p[_below + 1] - p[_below]);
            return upper + (at.Y - y) * (lower - upper);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector128<float> ColorAt(PagePoint at)
        {
            int x = Math.Min((int)at.X, _maxPixelX);
            int y = Math.Min((int)at.Y, _maxPixelY);
            byte* p = _pixels + (nint)y * _stride + x * 3;
            float fx = at.X - x;
            Vector128<float> upper = Blend(Pixel(p), Pixel(p + 3), fx);
            Vector128<float> lower = Blend(Pixel(p + _below), Pixel(p + _below + 3), fx);
            return Blend(upper, lower, at.Y - y);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<float> Blend(Vector128<float> a, Vector128<float> b, float share) =>
            a + (b - a) * share;

        /// <summary>Three channels and one byte beyond, which <see cref="PageImage"/> has room for.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<float> Pixel(byte* p)
        {
            Vector128<byte> bytes = Vector128.CreateScalarUnsafe(*(uint*)p).AsByte();
            Vector128<int> widened = Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
            return Vector128.ConvertToSingle(widened);
        }
    }
}
