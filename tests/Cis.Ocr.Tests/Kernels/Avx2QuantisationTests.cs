using Cis.Ocr.Kernels;

namespace Cis.Ocr.Tests.Kernels;

public sealed class Avx2QuantisationTests() : QuantisationTests(KernelSet.Avx2, steps: 127);
