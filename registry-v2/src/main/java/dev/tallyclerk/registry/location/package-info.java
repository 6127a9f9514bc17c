/** The spellings of where an image is, as people write them: {@code docker://}, {@code oci:} and so on. */
@NullMarked
package dev.tallyclerk.registry.location;

import org.jspecify.annotations.NullMarked;
