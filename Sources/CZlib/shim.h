#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <zlib.h>

/// Inflates gzip only, concatenated members included when the caller resets; a function because `inflateInit2` is a macro.
static inline int czlib_inflate_init_gzip(z_streamp stream) { return inflateInit2(stream, 16 + MAX_WBITS); }

#endif
