/**
 * Streaming verification for the HTTP client of the Java runtime.
 *
 * <p>{@link dev.tallyclerk.verify.http.VerifyingBodyHandler} goes around the body handler of a request whose response
 * is promised to be certain content. Only this package needs the module {@code java.net.http}. Nothing here starts a
 * thread or sends a request.
 */
@NullMarked
package dev.tallyclerk.verify.http;

import org.jspecify.annotations.NullMarked;
