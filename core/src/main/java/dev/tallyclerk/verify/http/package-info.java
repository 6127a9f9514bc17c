/**
 * Streaming verification for the HTTP client of the Java runtime.
 *
 * <p>{@link dev.tallyclerk.verify.http.VerifyingBodyHandler} wraps the body handler of a request whose response has a
 * promised digest. Only users of this package need the module {@code java.net.http}. Nothing here starts a thread or
 * sends a request.
 */
@NullMarked
package dev.tallyclerk.verify.http;

import org.jspecify.annotations.NullMarked;
