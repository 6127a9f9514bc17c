/**
 * Reads the files of hosts for {@link dev.tallyclerk.hardening.host.HostSubject}, which does no input or output itself.
 *
 * <p>Start at {@link dev.tallyclerk.host.FolderHostFiles}.
 */
@NullMarked
package dev.tallyclerk.host;

import org.jspecify.annotations.NullMarked;
