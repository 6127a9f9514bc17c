/** The client around the state: fetches, stores, recovers, and downloads target files. */
@NullMarked
package dev.tallyclerk.trust.tuf.internal.client;

import org.jspecify.annotations.NullMarked;
