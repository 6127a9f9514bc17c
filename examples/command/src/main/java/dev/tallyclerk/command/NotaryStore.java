package dev.tallyclerk.command;

import dev.tallyclerk.trust.notary.NotaryRootTrust;
import dev.tallyclerk.trust.store.StoreFolders;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the metadata of a Notary collection is kept between runs. */
final class NotaryStore {
    private NotaryStore() {}

    /**
     * {@return the folder of a collection}
     *
     * @param stores the folder of such folders; null for the one in the user's state folder
     * @param saved where a saved copy is; empty for a server
     */
    static Path of(
            @Nullable Path stores,
            Map<String, String> environment,
            String gun,
            Optional<URI> saved,
            NotaryRootTrust trust) {
        return StoreFolders.in(
                        stores == null ? TrustSpec.stateFolder(environment).resolve("notary") : stores)
                .ofNotary(gun, saved, trust.allowsFirstUse());
    }
}
