/** Work that the calling thread shares with the threads of an executor. */
@NullMarked
package dev.tallyclerk.internal.work;

import org.jspecify.annotations.NullMarked;
