using Cis.Ocr.Kernels;

namespace Cis.Ocr.Tests.Kernels;

public sealed class Avx2QuantizationTests() : QuantizationTests(KernelSet.Avx2, steps: 127);
