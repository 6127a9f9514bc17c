package dev.tallyclerk.maven;

import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.admission.AdmissionCache;
import dev.tallyclerk.registry.audit.files.FileSystemAnalyzer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.maven.execution.MavenSession;
import org.eclipse.aether.SessionData;

/**
 * What one build keeps of the images that it read, so that the layers of one that several modules name are read once.
 */
final class SessionCaches {
    private static final int MAX_IMAGES = 100;

    /** By patterns of secrets. A cache knows an analysis by the identity of the analyzer. */
    private final Map<List<String>, FileSystemAnalyzer> analyzers = new ConcurrentHashMap<>();

    private final Map<String, AdmissionCache> caches = new ConcurrentHashMap<>();

    SessionCaches() {}

    static SessionCaches of(MavenSession session) {
        SessionData data = session.getRepositorySession().getData();
        // Modules with other versions of the plugin have other classes, and so another key.
        Object known = data.computeIfAbsent(SessionCaches.class, SessionCaches::new);
        return (SessionCaches) Objects.requireNonNull(known);
    }

    /** {@return what looks at files for the rules of a policy and of packs} */
    FileSystemAnalyzer files(Policy policy) {
        return analyzers.computeIfAbsent(
                policy.secretPatterns(),
                patterns -> FileSystemAnalyzer.of(policy).withChecks(PolicyFiles.fileChecks()));
    }

    /** {@return the cache of a location; a broken copy of an image at another one is so not taken for this one} */
    AdmissionCache cache(String location) {
        return caches.computeIfAbsent(location, each -> AdmissionCache.inMemory(MAX_IMAGES));
    }
}
