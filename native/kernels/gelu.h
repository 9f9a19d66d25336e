// GELU, x P(X <= x) of a normal X (Hendrycks and Gimpel, arXiv:1606.08415), in its exact form.
#pragma once

#include "tile.h"

// P(X <= x) - 1/2 as an odd polynomial over |x| <= 4.125, and constant beyond, where it is 1/2 within 2e-5. The
// coefficients are Remez's: of all of degree 15 with the value 1/2 at the end they make the greatest error of x P(X <=
// x) least, 7.5e-5, a fiftieth of a step of the 8 bits that follow.
INLINE Floats gelu(Floats x) {
    const Floats end = each(4.125f);
    Floats t = max(min(x, end), sub(zeros(), end));
    Floats s = mul(t, t);
    Floats p = each(-8.979023079580135e-10f);
    p = mul_add(p, s, each(7.918207398611453e-08f));
    p = mul_add(p, s, each(-3.032317720041257e-06f));
    p = mul_add(p, s, each(6.68202647167106e-05f));
    p = mul_add(p, s, each(-0.0009501732575457557f));
    p = mul_add(p, s, each(0.009296455135322032f));
    p = mul_add(p, s, each(-0.06552513665890261f));
    p = mul_add(p, s, each(0.3984640970355384f));
    return mul(x, mul_add(p, t, each(0.5f)));
}
