package dev.tallyclerk.registry.client;

import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.registry.internal.auth.Scope;
import java.net.URI;

/**
 * Where a blob may be had.
 *
 * @param session with whom
 * @param uri its address there
 * @param scope what a token must allow
 */
record BlobAddress(RegistrySession session, URI uri, Scope scope) {
    /** {@return the address, at which all calls end by then} */
    BlobAddress within(Deadline deadline) {
        return new BlobAddress(session.within(deadline), uri, scope);
    }

    /** {@return the call for the blob, which is answered by 200 or 404} */
    Call call() {
        return Call.reading("GET", uri, scope).ofContent().accepting(200, 404);
    }
}
