package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.call.Deadline;
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
record Endpoints(List<RepositoryEndpoint> mirrors, RepositoryEndpoint registry) {
    Endpoints {
        mirrors = List.copyOf(mirrors);
    }

    /** {@return where a repository is read under the session's settings} */
    static Endpoints of(RegistrySession session, String path) {
        List<RepositoryEndpoint> mirrors = session.settings().reading().mirrorsOf(session.registry()).stream()
                .map(known -> RepositoryEndpoint.of(known, session, path))
                .toList();
        return new Endpoints(mirrors, RepositoryEndpoint.of(session, path));
    }

    /** {@return the registry without its mirrors} */
    Endpoints withoutMirrors() {
        return new Endpoints(List.of(), registry);
    }

    /** Reads something at one place. */
    @FunctionalInterface
    interface Reading<T> {
        /** {@return what was asked for, verified if that is possible, or nothing if it is not there} */
        Optional<T> at(RepositoryEndpoint place) throws IOException;
    }

    /** {@return what the first place has that has it} */
    <T> Optional<T> byDigest(Reading<T> reading) throws IOException {
        return first(mirrors, reading);
    }

    /** {@return what the first place has that has it and may say what tags stand for} */
    <T> Optional<T> byTag(Reading<T> reading) throws IOException {
        return first(mirrors.stream().filter(RepositoryEndpoint::tags).toList(), reading);
    }

    private <T> Optional<T> first(List<RepositoryEndpoint> before, Reading<T> reading) throws IOException {
        Deadline deadline = registry.session().deadline(false);
        for (RepositoryEndpoint mirror : before) {
            try {
                Optional<T> found = reading.at(mirror.within(deadline.half()));
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException e) {
                deadline.checkAfter(e);
                registry.session()
                        .listener()
                        .passedOver(
                                registry.session().registry(), mirror.session().host(), e);
            }
        }
        return reading.at(registry.within(deadline));
    }

    /** {@return where a blob may be had, which is at no mirror that had it wrong} */
    List<BlobAddress> blob(Digest digest) {
        List<BlobAddress> out = new ArrayList<>();
        for (RepositoryEndpoint mirror : mirrors) {
            if (!mirror.session().settings().state().isWrong(digest)) {
                out.add(mirror.blob(digest));
            }
        }
        out.add(registry.blob(digest));
        return out;
    }
}
