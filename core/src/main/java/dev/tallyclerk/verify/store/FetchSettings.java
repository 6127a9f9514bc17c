package dev.tallyclerk.verify.store;

import dev.tallyclerk.digest.Digest;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What fetches of blobs keep to.
 *
 * @param patience how long a source may be silent
 * @param anew which blobs are fetched though the store has them
 * @param ticker elapsed nanoseconds
 */
record FetchSettings(Duration patience, Predicate<Digest> anew, LongSupplier ticker) {}
