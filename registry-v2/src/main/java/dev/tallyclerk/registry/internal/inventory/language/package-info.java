/** Readers of what the package managers of programming languages install, and of bills of materials. */
@NullMarked
package dev.tallyclerk.registry.internal.inventory.language;

import org.jspecify.annotations.NullMarked;
