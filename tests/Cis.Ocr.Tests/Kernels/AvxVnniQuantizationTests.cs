using Cis.Ocr.Kernels;

namespace Cis.Ocr.Tests.Kernels;

public sealed class AvxVnniQuantizationTests() : QuantizationTests(KernelSet.AvxVnni, steps: 255);
