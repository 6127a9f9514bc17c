package dev.tallyclerk.registry.client;

import dev.tallyclerk.internal.call.OriginRules;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.model.Descriptor;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The addresses that a descriptor gives, chosen by whoever wrote the manifest (CVE-2020-15157). */
final class ForeignAddresses {
    private ForeignAddresses() {}

    /**
     * {@return those that may be asked: without credentials, and not at the registry, which has said that it has none}
     */
    static List<BlobAddress> of(Descriptor blob, RegistrySession registry) {
        RegistrySession session = registry.with(registry.settings().withoutCredentials());
        List<BlobAddress> out = new ArrayList<>();
        for (String url : blob.urls()) {
            URI uri = address(url);
            boolean elsewhere =
                    uri.getHost() != null && !OriginRules.origin(uri).equals(OriginRules.origin(registry.base()));
            if (elsewhere) {
                out.add(new BlobAddress(session, uri, Scope.none()));
            }
        }
        return out;
    }

    /** {@return the address, or one that has no host if it is none} */
    private static URI address(String url) {
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            return URI.create("");
        }
    }
}
