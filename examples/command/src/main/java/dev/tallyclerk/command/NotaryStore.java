package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the metadata of a Notary collection is kept between runs. */
final class NotaryStore {
    private NotaryStore() {}

    /**
     * {@return the folder of a collection}
     *
     * <p>Clients that may not trust a root on first use have folders of their own, and so never find one that was.
     *
     * @param stores the folder of such folders; null for the one in the user's state folder
     * @param place where a saved copy is; empty for servers, which all have the same collection
     */
    static Path of(
            @Nullable Path stores, Map<String, String> environment, String gun, String place, NotaryRootTrust trust) {
        String key = String.join("\n", "notary", gun, place, trust.allowsFirstUse() ? "first use" : "pinned");
        Path all = stores == null ? TrustSpec.stateFolder(environment).resolve("notary") : stores;
        return all.resolve(
                Digest.sha256Of(key.getBytes(StandardCharsets.UTF_8)).encoded().substring(0, 32));
    }
}
