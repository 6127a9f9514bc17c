/** What is asked of files that are written beside others. */
@NullMarked
package dev.tallyclerk.internal.file;

import org.jspecify.annotations.NullMarked;
