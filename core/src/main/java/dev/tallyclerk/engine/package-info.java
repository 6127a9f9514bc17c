/**
 * Container engines that run: where they listen, what the Engine API answers, and recordings of the answers in a
 * folder.
 *
 * <p>{@link dev.tallyclerk.engine.EngineLocator} finds an engine as Docker's client does,
 * {@link dev.tallyclerk.engine.LiveEngine} reads it, {@link dev.tallyclerk.engine.EngineRecorder} writes what it says
 * to a folder, and {@link dev.tallyclerk.engine.RecordedEngine} reads that folder.
 * {@link dev.tallyclerk.engine.EngineReader} makes subjects to audit of either. Nothing is ever changed: every request
 * is a GET.
 */
@NullMarked
package dev.tallyclerk.engine;

import org.jspecify.annotations.NullMarked;
