/**
 * A container engine as a subject: {@code daemon.json}, the flags of {@code dockerd}, {@code docker info} and
 * {@code docker version} as one effective configuration, and the rules over it.
 *
 * <p>Start at {@link dev.tallyclerk.hardening.engine.EngineSubject} and
 * {@link dev.tallyclerk.hardening.engine.EngineRules}. Everything is pure: documents are handed in as bytes, and
 * nothing is read from the machine.
 */
@NullMarked
package dev.tallyclerk.hardening.engine;

import org.jspecify.annotations.NullMarked;
