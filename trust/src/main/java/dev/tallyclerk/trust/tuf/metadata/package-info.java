/** What TUF documents say, and how they are refused. */
@NullMarked
package dev.tallyclerk.trust.tuf.metadata;

import org.jspecify.annotations.NullMarked;
