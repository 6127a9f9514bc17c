/**
 * The one strict JSON reader of the project, and the canonical form.
 *
 * <p>It reads UTF-8 without duplicate member names and lone surrogates, one value to a document, and I-JSON (RFC 7493)
 * where that is asked for. {@link dev.tallyclerk.internal.json.CanonicalScanner} does it without a tree, for signed
 * documents that are large. The reader is one of our own, because it has to see the bytes as they are, and is checked
 * against Jackson's in the tests; writing is Jackson's, which only this package sees. Its types are for our own
 * modules; none of them is in a public signature.
 */
@NullMarked
package dev.tallyclerk.internal.json;

import org.jspecify.annotations.NullMarked;
