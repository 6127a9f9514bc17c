/** Reads metadata files: from bytes to documents and signatures, without verifying anything. */
@NullMarked
package dev.tallyclerk.trust.tuf.internal.read;

import org.jspecify.annotations.NullMarked;
