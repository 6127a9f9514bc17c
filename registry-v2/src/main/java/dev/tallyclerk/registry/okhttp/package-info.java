/** The OkHttp transport; the only package that needs OkHttp. */
@NullMarked
package dev.tallyclerk.registry.okhttp;

import org.jspecify.annotations.NullMarked;
