/** Audits all images of registries, layouts and archives, and reads each layer once. */
@NullMarked
package dev.tallyclerk.examples.fleet;

import org.jspecify.annotations.NullMarked;
