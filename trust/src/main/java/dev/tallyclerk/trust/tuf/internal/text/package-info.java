/**
 * Texts in metadata, without any knowledge of TUF documents: path patterns, path hashes, key ids for messages, and maps
 * that read their values from the file's text on demand.
 */
@NullMarked
package dev.tallyclerk.trust.tuf.internal.text;

import org.jspecify.annotations.NullMarked;
