/**
 * What a signature or a point must look like before an engine sees it: the same for every engine, so that none accepts
 * what another refuses.
 */
@NullMarked
package dev.tallyclerk.trust.internal.encoding;

import org.jspecify.annotations.NullMarked;
