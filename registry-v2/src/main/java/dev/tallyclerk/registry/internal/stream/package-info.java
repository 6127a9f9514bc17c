/** What several packages need of streams. */
@NullMarked
package dev.tallyclerk.registry.internal.stream;

import org.jspecify.annotations.NullMarked;
