using Cis.Ocr.Kernels;

namespace Cis.Ocr.Tests.Kernels;

public sealed class VnniQuantisationTests() : QuantisationTests(KernelSet.Vnni, steps: 255);
