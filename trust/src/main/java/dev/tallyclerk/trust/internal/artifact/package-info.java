/** How metadata files are carried as the layers of an artifact. */
@NullMarked
package dev.tallyclerk.trust.internal.artifact;

import org.jspecify.annotations.NullMarked;
