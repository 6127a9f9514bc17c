package dev.tallyclerk.trust.tuf.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.RepositoryMetadata;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.model.ReferenceClient.Stop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The library's client and the reference, asked the same, of one mirror, with a store each. */
final class Clients {
    final MapStore store = new MapStore();
    final ReferenceClient reference;

    /** Where each comparison ended, {@code accepted} or a role and a step. */
    final List<String> outcomes = new ArrayList<>();

    /** Where each download ended, {@code downloaded} or a role and a step. */
    final List<String> downloads = new ArrayList<>();

    private final Mirror mirror;
    private final Supplier<TufClient> library;

    /** @param library gives the client that is compared, which has {@code store} */
    Clients(Mirror mirror, ReferenceClient reference, Supplier<TufClient> library) {
        this.mirror = mirror;
        this.reference = reference;
        this.library = library;
    }

    /** One of the ways in which the library gets to metadata. */
    @FunctionalInterface
    interface Way {
        RepositoryMetadata of(TufClient client) throws TufException;
    }

    /** The same way of the reference. */
    @FunctionalInterface
    interface ReferenceWay {
        ReferenceSession of(ReferenceClient client) throws Stop;
    }

    /** Where both got to. */
    record Sessions(RepositoryMetadata ours, ReferenceSession theirs) {}

    /** Something that has a result or ends with an exception of either client. */
    @FunctionalInterface
    private interface Question {
        String answer() throws TufException, Stop;
    }

    private static String answer(Question question) {
        try {
            return question.answer();
        } catch (TufException e) {
            return e.role() + " " + e.specStep();
        } catch (Stop e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** {@return what both say, who also ask for the same and keep the same} */
    private String compare(String about, Question ofReference, Question ofLibrary) {
        String weSay = answer(ofLibrary);
        List<String> weAsked = mirror.takeRequests();
        String theySay = answer(ofReference);
        assertEquals(theySay, weSay, about);
        assertEquals(mirror.takeRequests(), weAsked, about);
        assertEquals(reference.store.keySet(), store.files.keySet());
        reference.store.forEach((name, file) -> assertArrayEquals(file, store.files.get(name), name.fileName()));
        return theySay;
    }

    /** Both get to their metadata and look every path up. */
    Optional<Sessions> compare(Way way, ReferenceWay referenceWay) {
        List<RepositoryMetadata> ours = new ArrayList<>();
        List<ReferenceSession> theirs = new ArrayList<>();
        Question ofReference = () -> {
            theirs.add(referenceWay.of(reference));
            return "accepted";
        };
        outcomes.add(compare("refresh", ofReference, () -> {
            ours.add(way.of(library.get()));
            return "accepted";
        }));
        if (ours.isEmpty()) {
            return Optional.empty();
        }
        Sessions both = new Sessions(ours.get(0), theirs.get(0));
        assertEquals(both.theirs().versions(), versions(both.ours().trusted()));
        for (String path : Owner.PATHS) {
            String found = compare(path, () -> both.theirs().lookUp(path), () -> lookUp(both.ours(), path));
            if (found.contains(" 5.")) {
                outcomes.add("looking up: " + found.substring(found.lastIndexOf(' ') + 1));
            }
        }
        assertEquals(both.theirs().expires(), both.ours().expires());
        return Optional.of(both);
    }

    private static String lookUp(RepositoryMetadata metadata, String path) throws TufException {
        return metadata.target(path)
                .map(target -> target.role() + " " + target.length() + " "
                        + target.digests().get(0).encoded())
                .orElse("nobody");
    }

    static List<Long> versions(TrustedMetadata trusted) {
        return List.of(
                trusted.root().version(),
                trusted.timestamp().orElseThrow().version(),
                trusted.snapshot().orElseThrow().version(),
                trusted.targets().orElseThrow().version());
    }

    /** Both download a target to where somebody has put something before, or nothing. */
    void download(Sessions both, String path, byte @Nullable [] before) {
        byte[][] expected = {before};
        try {
            Path folder = Files.createTempDirectory("tuf-model-");
            Path file = folder.resolve("target");
            try {
                if (before != null) {
                    Files.write(file, before);
                }
                Question ofReference = () -> {
                    expected[0] = both.theirs().download(path, before);
                    return "downloaded";
                };
                downloads.add(compare(path, ofReference, () -> {
                    both.ours().download(both.ours().requireTarget(path), file);
                    return "downloaded";
                }));
                assertArrayEquals(expected[0], Files.exists(file) ? Files.readAllBytes(file) : null, path);
            } finally {
                Files.deleteIfExists(file);
                // Fails if anything else was left there.
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Somebody changes what both have stored. */
    void write(StoredName name, byte @Nullable [] file) {
        if (file == null) {
            store.files.remove(name);
            reference.store.remove(name);
        } else {
            store.files.put(name, file);
            reference.store.put(name, file);
        }
    }

    /** The machine is switched off in the middle of a refresh: where, no client need agree with another about. */
    void crash(int changes) {
        store.changesLeft = changes;
        outcomes.add(answer(() -> {
            library.get().refresh();
            return "accepted";
        }));
        store.changesLeft = Integer.MAX_VALUE;
        mirror.takeRequests();
        reference.store.clear();
        reference.store.putAll(store.files);
    }
}
