/**
 * Writes audit reports for people and programs.
 *
 * <p>{@link dev.tallyclerk.hardening.report.JsonReporter} documents the project's own schema. A reporter never closes
 * its stream. The same report always gives the same bytes.
 */
@NullMarked
package dev.tallyclerk.hardening.report;

import org.jspecify.annotations.NullMarked;
