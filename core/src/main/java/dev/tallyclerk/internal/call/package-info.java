/**
 * One call over HTTP, for registries, TUF repositories and everything else that is fetched: deadline, turn at the host,
 * redirects, origin and address rules, retries, secrets and failures.
 *
 * <p>A call goes through it in this order: {@link dev.tallyclerk.internal.call.Attempts} (retries),
 * {@link dev.tallyclerk.internal.call.Redirects}, {@link dev.tallyclerk.internal.call.Exchange} (one request), the
 * transport. It knows no protocol above HTTP, and throws the exception type of its user.
 */
@NullMarked
package dev.tallyclerk.internal.call;

import org.jspecify.annotations.NullMarked;
