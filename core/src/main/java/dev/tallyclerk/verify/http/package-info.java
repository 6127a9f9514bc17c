/**
 * Streaming verification for the HTTP client of the Java runtime, and for the responses of servers.
 *
 * <p>{@link dev.tallyclerk.verify.http.VerifyingBodyHandler} wraps the body handler of a request whose response has a
 * promised digest. Only its users need the module {@code java.net.http}. For servers,
 * {@link dev.tallyclerk.verify.http.BodySender} sends verified content so that no client completes a wrong body.
 * Nothing here starts a thread or sends a request.
 */
@NullMarked
package dev.tallyclerk.verify.http;

import org.jspecify.annotations.NullMarked;
