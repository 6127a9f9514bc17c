/** A plugin for Maven that fails a build whose images are not safe to load. */
@NullMarked
package dev.tallyclerk.maven;

import org.jspecify.annotations.NullMarked;
