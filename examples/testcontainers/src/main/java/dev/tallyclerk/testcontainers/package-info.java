/** Makes Testcontainers run only images that were verified, by their digests. */
@NullMarked
package dev.tallyclerk.testcontainers;

import org.jspecify.annotations.NullMarked;
