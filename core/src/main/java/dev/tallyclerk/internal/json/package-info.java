/**
 * The one strict JSON reader of the project, and the canonical form.
 *
 * <p>It reads UTF-8 without duplicate member names and lone surrogates, one value per document, and I-JSON (RFC 7493)
 * on request. {@link dev.tallyclerk.internal.json.CanonicalScanner} does so without a tree, for large signed documents.
 * The reader is our own, because it must see the exact bytes, and the tests compare it with Jackson's. The writer is
 * Jackson's, which only this package uses. These types are for our own modules and appear in no public signature.
 */
@NullMarked
package dev.tallyclerk.internal.json;

import org.jspecify.annotations.NullMarked;
