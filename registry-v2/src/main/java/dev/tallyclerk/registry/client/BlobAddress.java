package dev.tallyclerk.registry.client;

import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.model.Descriptor;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a blob may be had.
 *
 * @param session the session with its registry
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

    /**
     * {@return the addresses that a descriptor gives, as far as they may be asked: without credentials, and not at the
     * registry, which has said that it has none}
     *
     * <p>The author of the manifest chose them (CVE-2020-15157).
     */
    static List<BlobAddress> foreign(Descriptor blob, RegistrySession registry) {
        CredentialProvider nobody = CredentialProvider.of(Credentials.anonymous());
        RegistrySession session = registry.with(registry.settings().withCredentials(nobody));
        List<BlobAddress> out = new ArrayList<>();
        for (String url : blob.urls()) {
            try {
                URI uri = URI.create(url);
                if (uri.getHost() != null && !Origins.of(uri).equals(Origins.of(registry.base()))) {
                    out.add(new BlobAddress(session, uri, Scope.none()));
                }
            } catch (IllegalArgumentException e) {
                // no address
            }
        }
        return out;
    }
}
