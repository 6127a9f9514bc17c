/**
 * The one strict JSON reader of the project, and the canonical form.
 *
 * <p>It reads UTF-8 without duplicate member names and lone surrogates, one value per document, and I-JSON (RFC 7493)
 * on request. {@link dev.tallyclerk.internal.json.CanonicalScanner} does so without a tree, for large signed documents,
 * and {@link dev.tallyclerk.internal.json.JsonStream} reads one in steps. The reader is our own, because it must see
 * the exact bytes, and the tests compare it with Jackson's. These types are for our own modules and appear in no public
 * signature.
 */
@NullMarked
package dev.tallyclerk.internal.json;

import org.jspecify.annotations.NullMarked;
