/**
 * Writes audit reports for people and programs.
 *
 * <p>{@link dev.tallyclerk.hardening.report.JsonReporter} documents the project's own schema. A reporter writes to a
 * stream that its caller opened and closes; it never closes one. The same report gives the same bytes.
 */
@NullMarked
package dev.tallyclerk.hardening.report;

import org.jspecify.annotations.NullMarked;
