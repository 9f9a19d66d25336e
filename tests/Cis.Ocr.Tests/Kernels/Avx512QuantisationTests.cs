using Cis.Ocr.Kernels;

namespace Cis.Ocr.Tests.Kernels;

public sealed class Avx512QuantisationTests() : QuantisationTests(KernelSet.Avx512, steps: 127);
