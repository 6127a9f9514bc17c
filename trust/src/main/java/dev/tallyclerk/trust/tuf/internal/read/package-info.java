/** Reads metadata files: from bytes to documents, with the signatures beside them, and nothing verified. */
@NullMarked
package dev.tallyclerk.trust.tuf.internal.read;

import org.jspecify.annotations.NullMarked;
