/** Zstandard in native code, by zstd-jni. Only this package needs that library, and no other package needs this one. */
@NullMarked
package dev.tallyclerk.registry.zstdjni;

import org.jspecify.annotations.NullMarked;
