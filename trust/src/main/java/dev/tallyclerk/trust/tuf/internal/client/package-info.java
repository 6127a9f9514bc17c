/**
 * The client around the trusted state: fetches, stores, recovers from what earlier runs have left, and downloads target
 * files.
 */
@NullMarked
package dev.tallyclerk.trust.tuf.internal.client;

import org.jspecify.annotations.NullMarked;
