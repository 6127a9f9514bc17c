/**
 * Credentials from the files and helpers of Docker and Podman: {@code config.json}, and the programs that it names.
 *
 * <p>{@link dev.tallyclerk.registry.auth.DockerConfig} is where to start; it is a
 * {@link dev.tallyclerk.registry.auth.CredentialProvider}. Nothing here looks at the environment unless it is passed
 * in, runs a program unless it is told where to find it, or shows a secret in a message or a text form.
 */
@NullMarked
package dev.tallyclerk.registry.auth;

import org.jspecify.annotations.NullMarked;
