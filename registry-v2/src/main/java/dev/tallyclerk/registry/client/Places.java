package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a repository is read: at mirrors, and then at its registry. A mirror that fails, or has something else than was
 * promised, is passed over.
 *
 * @param mirrors the mirrors, in the order in which they are asked
 * @param registry the registry itself
 */
record Places(List<RepositoryPlace> mirrors, RepositoryPlace registry) {
    Places {
        mirrors = List.copyOf(mirrors);
    }

    /** Reads something at one place. */
    @FunctionalInterface
    interface Reading<T> {
        /** {@return what was asked for, verified if that is possible, or nothing if it is not there} */
        Optional<T> at(RepositoryPlace place) throws IOException;
    }

    /** {@return what the first place has that has it} */
    <T> Optional<T> byDigest(Reading<T> reading) throws IOException {
        return first(mirrors, reading);
    }

    /** {@return what the first place has that has it and may say what tags stand for} */
    <T> Optional<T> byTag(Reading<T> reading) throws IOException {
        return first(mirrors.stream().filter(RepositoryPlace::tags).toList(), reading);
    }

    private <T> Optional<T> first(List<RepositoryPlace> before, Reading<T> reading) throws IOException {
        for (RepositoryPlace mirror : before) {
            try {
                Optional<T> found = reading.at(mirror);
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException e) {
                rethrowEnd(e);
            }
        }
        return reading.at(registry);
    }

    /** Throws what a caller wanted or the time brought about: no other place is asked after that. */
    static void rethrowEnd(IOException e) throws IOException {
        if (e instanceof RegistryException r && (r.reason() == Reason.CANCELLED || r.reason() == Reason.TIMED_OUT)) {
            throw e;
        }
    }

    /** {@return where a blob may be had} */
    List<BlobAddress> blob(Digest digest) {
        List<BlobAddress> out = new ArrayList<>();
        for (RepositoryPlace mirror : mirrors) {
            out.add(mirror.blob(digest));
        }
        out.add(registry.blob(digest));
        return out;
    }
}
