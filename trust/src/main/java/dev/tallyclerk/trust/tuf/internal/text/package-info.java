/**
 * Texts of metadata: patterns of target paths and their hashes, and maps that are read from the text of a file when
 * they are asked. What is here knows no TUF document.
 */
@NullMarked
package dev.tallyclerk.trust.tuf.internal.text;

import org.jspecify.annotations.NullMarked;
