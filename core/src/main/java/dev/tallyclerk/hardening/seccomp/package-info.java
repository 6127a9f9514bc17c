/**
 * A seccomp profile as a subject, in Docker's format or that of the OCI runtime specification, and the rules that
 * compare it with Docker's default profile.
 *
 * <p>Start at {@link dev.tallyclerk.hardening.seccomp.SeccompSubject} and
 * {@link dev.tallyclerk.hardening.seccomp.SeccompRules}.
 */
@NullMarked
package dev.tallyclerk.hardening.seccomp;

import org.jspecify.annotations.NullMarked;
