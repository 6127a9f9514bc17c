/**
 * Metadata in a database that many processes share. {@link dev.tallyclerk.trust.jdbc.JdbcStore} is the store; it needs
 * the module {@code java.sql} and a driver, and knows PostgreSQL and H2.
 */
@NullMarked
package dev.tallyclerk.trust.jdbc;

import org.jspecify.annotations.NullMarked;
