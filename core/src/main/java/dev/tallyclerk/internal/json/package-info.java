/**
 * The one strict JSON reader of the project, and the canonical form.
 *
 * <p>Only this package sees Jackson. It reads I-JSON (RFC 7493): UTF-8, no duplicate member names, no lone surrogates,
 * and one value to a document. Its types are for our own modules; none of them is in a public signature.
 */
@NullMarked
package dev.tallyclerk.internal.json;

import org.jspecify.annotations.NullMarked;
