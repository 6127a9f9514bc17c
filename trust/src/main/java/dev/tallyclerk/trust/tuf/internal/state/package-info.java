/**
 * What is trusted between two steps of the client workflow, who has signed it, and the search through delegations.
 * Nothing here does I/O or reads a clock.
 */
@NullMarked
package dev.tallyclerk.trust.tuf.internal.state;

import org.jspecify.annotations.NullMarked;
