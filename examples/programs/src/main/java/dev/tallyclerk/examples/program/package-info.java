/**
 * Small programs over the public API alone, one file each, to read and to start from.
 *
 * <p>{@link dev.tallyclerk.examples.program.AdmissionCheck} decides whether an image may run,
 * {@link dev.tallyclerk.examples.program.VerifyingProxy} serves a registry's images and completes none that is wrong,
 * and {@link dev.tallyclerk.examples.program.BuiltImagePush} pushes an image that was just built.
 */
@NullMarked
package dev.tallyclerk.examples.program;

import org.jspecify.annotations.NullMarked;
