/**
 * A container engine as a subject, and the rules over it: {@code daemon.json}, the flags of {@code dockerd},
 * {@code docker info} and {@code docker version} as one effective configuration.
 *
 * <p>Start at {@link dev.tallyclerk.hardening.engine.EngineSubject} and
 * {@link dev.tallyclerk.hardening.engine.EngineRules}. Documents are given as bytes; nothing is read from the machine.
 */
@NullMarked
package dev.tallyclerk.hardening.engine;

import org.jspecify.annotations.NullMarked;
