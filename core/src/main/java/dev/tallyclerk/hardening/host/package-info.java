/**
 * The host of a container engine as a subject: its files, audit rules, systemd units, mounts and groups.
 *
 * <p>Start at {@link dev.tallyclerk.hardening.host.HostSubject} and {@link dev.tallyclerk.hardening.host.HostRules}.
 * The files come from a {@link dev.tallyclerk.hardening.host.HostFiles}: {@link dev.tallyclerk.host.FolderHostFiles}, a
 * listing taken elsewhere, or an implementation of the embedder's. Nothing is read in any other way, and nothing is
 * written.
 */
@NullMarked
package dev.tallyclerk.hardening.host;

import org.jspecify.annotations.NullMarked;
