/** Reads which Maven artifacts are in Java archives, in one pass and without unpacking them. */
@NullMarked
package dev.tallyclerk.registry.internal.inventory.java;

import org.jspecify.annotations.NullMarked;
