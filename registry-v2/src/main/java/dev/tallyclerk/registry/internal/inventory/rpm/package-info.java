/**
 * Readers of the four stores of rpm packages: SQLite with its write-ahead log, ndb and the hash form of Berkeley DB,
 * which all hold the same headers.
 *
 * <p>{@link dev.tallyclerk.registry.internal.inventory.rpm.RpmDatabase} chooses among them.
 */
@NullMarked
package dev.tallyclerk.registry.internal.inventory.rpm;

import org.jspecify.annotations.NullMarked;
