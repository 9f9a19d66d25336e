using Cis.Ocr.Kernels;

namespace Cis.Ocr.Tests.Kernels;

public sealed class Avx512QuantizationTests() : QuantizationTests(KernelSet.Avx512, steps: 127);
