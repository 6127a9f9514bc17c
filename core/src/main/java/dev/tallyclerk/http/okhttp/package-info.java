/** The adapter for OkHttp; no other package needs it. */
@NullMarked
package dev.tallyclerk.http.okhttp;

import org.jspecify.annotations.NullMarked;
