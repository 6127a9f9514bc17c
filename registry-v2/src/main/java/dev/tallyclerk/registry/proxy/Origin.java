package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.store.SharedFetches;
import java.io.IOException;

/**
 * What the requests to one registry share. Other registries do not: they might stall a fetch, spoil what it leaves, or
 * read what only this one gives.
 */
final class Origin {
    private final SharedFetches fetches;
    private final RepositoryIndex index;

    Origin(SharedFetches fetches, RepositoryIndex index) {
        // Asked when a fetch begins: the one before may just have ended.
        this.fetches = fetches.fetchingAnew(blob -> !index.isGiven(blob));
        this.index = index;
    }

    /** {@return whether the registry itself has given all bytes of a blob} That it says to have it is not enough. */
    boolean hasGiven(Digest blob) {
        return index.isGiven(blob);
    }

    void give(Digest blob) throws IOException {
        index.give(blob);
    }

    /** {@return the fetches, which ask the registry for all of a blob until it has given it} */
    SharedFetches fetches() {
        return fetches;
    }
}
