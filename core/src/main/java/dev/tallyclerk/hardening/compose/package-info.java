/**
 * Compose services as subjects, and the rules that only they have.
 *
 * <p>{@link dev.tallyclerk.hardening.compose.ComposeKind} reads projects as {@code docker compose} does: interpolation,
 * several files, {@code extends}, {@code include}, profiles and short forms. Each service is translated into a request
 * to create a container, which the RUN rules of {@link dev.tallyclerk.hardening.container.ContainerRules} judge;
 * {@link dev.tallyclerk.hardening.compose.ComposeRules} are the rules of Compose alone. Immutable; no I/O.
 */
@NullMarked
package dev.tallyclerk.hardening.compose;

import org.jspecify.annotations.NullMarked;
