/* The simplest hourly balance of a panel and a battery over many designs, as fast as this machine does it in C:
 * 64 designs in the vector registers of AVX-512, time outside, no branch. Without AVX-512 the compiler's own. */
#define LANES 64

#ifdef __AVX512F__
#include <immintrin.h>
#define PARTS 4

void simple(const float *supply, const float *load, long hours, const float *wp, const float *capacity,
            float *unmet, long designs, float into, float outof) {
    const __m512 in = _mm512_set1_ps(into), out = _mm512_set1_ps(1.0f / outof), none = _mm512_setzero_ps();
    for (long first = 0; first < designs; first += LANES) {
        __m512 size[PARTS], full[PARTS], stored[PARTS], missed[PARTS];
#pragma GCC unroll 4
        for (int part = 0; part < PARTS; part++) {
            size[part] = _mm512_loadu_ps(wp + first + 16 * part);
            stored[part] = full[part] = _mm512_loadu_ps(capacity + first + 16 * part);
            missed[part] = none;
        }
        for (long hour = 0; hour < hours; hour++) {
            const __m512 sun = _mm512_set1_ps(supply[hour]), asked = _mm512_set1_ps(load[hour]);
#pragma GCC unroll 4
            for (int part = 0; part < PARTS; part++) {
                const __m512 net = _mm512_fmsub_ps(sun, size[part], asked);
                const __m512 up = _mm512_max_ps(net, none), down = _mm512_min_ps(net, none);
                const __m512 after = _mm512_fmadd_ps(down, out, _mm512_fmadd_ps(up, in, stored[part]));
                missed[part] = _mm512_sub_ps(missed[part], _mm512_min_ps(after, none));
                stored[part] = _mm512_min_ps(_mm512_max_ps(after, none), full[part]);
            }
        }
#pragma GCC unroll 4
        for (int part = 0; part < PARTS; part++)
            _mm512_storeu_ps(unmet + first + 16 * part, _mm512_mul_ps(missed[part], _mm512_set1_ps(outof)));
    }
}
#else
void simple(const float *supply, const float *load, long hours, const float *wp, const float *capacity,
            float *unmet, long designs, float into, float outof) {
    const float per_out = 1.0f / outof;
    for (long first = 0; first < designs; first += LANES) {
        float stored[LANES], missed[LANES] = {0};
        for (int lane = 0; lane < LANES; lane++) stored[lane] = capacity[first + lane];
        for (long hour = 0; hour < hours; hour++) {
            for (int lane = 0; lane < LANES; lane++) {
                const float net = supply[hour] * wp[first + lane] - load[hour];
                const float up = net > 0.0f ? net : 0.0f, down = net < 0.0f ? net : 0.0f;
                const float after = stored[lane] + up * into + down * per_out;
                const float above = after > 0.0f ? after : 0.0f;
                missed[lane] -= after < 0.0f ? after : 0.0f;
                stored[lane] = above < capacity[first + lane] ? above : capacity[first + lane];
            }
        }
        for (int lane = 0; lane < LANES; lane++) unmet[first + lane] = missed[lane] * outof;
    }
}
#endif
