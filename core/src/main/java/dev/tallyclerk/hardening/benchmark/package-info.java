/**
 * What an audit says about the sections of published benchmarks.
 *
 * <p>{@link dev.tallyclerk.hardening.benchmark.Benchmarks} has the built-in ones, and
 * {@link dev.tallyclerk.hardening.benchmark.BenchmarkReport} applies one to an audit. Every section is in the report,
 * also those that no rule covers. The reporters in {@code dev.tallyclerk.hardening.report} write it.
 */
@NullMarked
package dev.tallyclerk.hardening.benchmark;

import org.jspecify.annotations.NullMarked;
