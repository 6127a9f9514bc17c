/** Files that are written beside their target and renamed, and durable file names. */
@NullMarked
package dev.tallyclerk.internal.file;

import org.jspecify.annotations.NullMarked;
