/** Zstandard in native code, by zstd-jni; the only package that needs that library, and needed by none. */
@NullMarked
package dev.tallyclerk.registry.zstdjni;

import org.jspecify.annotations.NullMarked;
