package dev.tallyclerk.registry.admission;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.audit.ImageSubject;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerification;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Keeps what {@link Admission} has found in the layers of images, by the digests of their manifests. Decisions are not
 * kept.
 *
 * <p>Implementations are safe for use by several threads. A program that can write to a cache decides what is accepted.
 */
public interface AdmissionCache {
    /**
     * What a verification depends on. Two keys are equal only if the same image gets the same verification.
     *
     * @param manifests the digest of the image's manifest, then those of other images that an engine may take from the
     *     same index
     * @param platform the wanted platform
     * @param limits the limits on documents
     * @param merge the limits on layers and files
     * @param analyzers the analyzers that looked at the layers, compared by identity
     */
    record Key(
            List<Digest> manifests,
            Optional<Platform> platform,
            DocumentLimits limits,
            MergeOptions merge,
            List<ImageAnalyzer<?>> analyzers) {
        /** Keeps copies of the lists. */
        public Key {
            manifests = List.copyOf(manifests);
            analyzers = List.copyOf(analyzers);
        }
    }

    /**
     * What was found.
     *
     * @param verification the verification of the image, without files
     * @param subjects the image and the {@linkplain ImageVerification#others others}, with the facts that rules use
     */
    record Entry(ImageVerification verification, List<ImageSubject> subjects) {
        /** Keeps a copy of the list. */
        public Entry {
            Objects.requireNonNull(verification, "verification");
            subjects = List.copyOf(subjects);
        }
    }

    /** {@return the entry of a key, if it is kept} */
    Optional<Entry> get(Key key);

    /** Keeps an entry. */
    void put(Key key, Entry entry);

    /**
     * {@return an empty cache in memory}
     *
     * @param maxEntries the most entries to keep, at least 1; the oldest is dropped for a new one
     * @throws IllegalArgumentException if {@code maxEntries} is below 1
     */
    static AdmissionCache inMemory(int maxEntries) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("maxEntries is below 1: " + maxEntries);
        }
        Map<Key, Entry> entries = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<Key> order = new ConcurrentLinkedQueue<>();
        return new AdmissionCache() {
            @Override
            public Optional<Entry> get(Key key) {
                return Optional.ofNullable(entries.get(key));
            }

            @Override
            public void put(Key key, Entry entry) {
                if (entries.put(key, entry) == null) {
                    order.add(key);
                }
                while (entries.size() > maxEntries) {
                    Key oldest = order.poll();
                    if (oldest == null) {
                        return;
                    }
                    entries.remove(oldest);
                }
            }
        };
    }
}
