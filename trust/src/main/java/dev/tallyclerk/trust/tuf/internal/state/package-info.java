/**
 * The trusted state between two steps of the client workflow: the checks of each step, signature thresholds, and the
 * search through delegations. Does no I/O and reads no clock.
 */
@NullMarked
package dev.tallyclerk.trust.tuf.internal.state;

import org.jspecify.annotations.NullMarked;
