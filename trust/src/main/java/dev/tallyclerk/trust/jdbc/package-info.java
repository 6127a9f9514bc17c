/**
 * A {@linkplain dev.tallyclerk.trust.store.VersionedStore shared store} in a database:
 * {@link dev.tallyclerk.trust.jdbc.JdbcStore}. Needs the module {@code java.sql} and a driver; tested with PostgreSQL
 * and H2.
 */
@NullMarked
package dev.tallyclerk.trust.jdbc;

import org.jspecify.annotations.NullMarked;
