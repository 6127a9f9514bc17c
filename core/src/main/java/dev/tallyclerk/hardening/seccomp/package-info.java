/**
 * A seccomp profile as a subject, in the form of Docker's or of the OCI runtime specification, and the rules that
 * compare it with the profile that Docker brings.
 *
 * <p>Start at {@link dev.tallyclerk.hardening.seccomp.SeccompSubject} and
 * {@link dev.tallyclerk.hardening.seccomp.SeccompRules}.
 */
@NullMarked
package dev.tallyclerk.hardening.seccomp;

import org.jspecify.annotations.NullMarked;
