/**
 * The values that a {@link dev.tallyclerk.hardening.container.ContainerSubject} consists of: its settings, mounts,
 * ports and devices, and the records about it.
 *
 * <p>Names and meanings are those of the Engine API. Everything here is immutable.
 */
@NullMarked
package dev.tallyclerk.hardening.container.model;

import org.jspecify.annotations.NullMarked;
