/** Parts of references, such as a tag alone. */
@NullMarked
package dev.tallyclerk.registry.internal.reference;

import org.jspecify.annotations.NullMarked;
