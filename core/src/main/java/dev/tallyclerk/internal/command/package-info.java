/**
 * What commands of a build do: packages, downloads, permissions, secrets, TLS.
 *
 * <p>Rules over build histories and over build files share it. Pure.
 */
@NullMarked
package dev.tallyclerk.internal.command;

import org.jspecify.annotations.NullMarked;
