package dev.tallyclerk.maven;

import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Baseline;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionCache;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleOcsp;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.policy.TrustVerifier;
import dev.tallyclerk.trust.revocation.HttpRevocation;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Decides on images by one policy. */
final class Verification implements Closeable {
    private final Demand demand;
    private final MavenNetwork network;
    private final SessionCaches caches;
    private final Admission admission;
    private final int parallel = Runtime.getRuntime().availableProcessors();
    private final ExecutorService threads = Executors.newFixedThreadPool(parallel);

    /** @param fileListener told the files that the trust policy names */
    Verification(
            Policy policy,
            Optional<Baseline> baseline,
            Demand demand,
            MavenNetwork network,
            SessionCaches caches,
            Consumer<Path> fileListener)
            throws IOException {
        this.demand = demand;
        this.network = network;
        this.caches = caches;
        Auditor auditor = Auditor.of(policy, PolicyFiles.imageRuleSets());
        Admission plain = Admission.of(baseline.isPresent() ? auditor.withBaseline(baseline.get()) : auditor)
                .withFileSystemAnalyzer(caches.files(policy));
        File trust = demand.trust();
        File store = demand.store();
        this.admission = trust == null || store == null
                ? plain
                : plain.withVoucher(voucher(trust, store.toPath(), fileListener));
    }

    private TrustVerifier voucher(File trust, Path store, Consumer<Path> fileListener) throws IOException {
        return TrustVerifier.of(PolicyFiles.trust(trust, network.repositories(store), fileListener))
                .withRevocation(HttpRevocation.of(network.http()).withOcsp(BouncyCastleOcsp.create()))
                .withTimestampEngine(BouncyCastleTimestamps.create());
    }

    /**
     * {@return the verdict on an image}
     *
     * @param platform the platform, or an empty text for the default
     * @param start the time now
     * @throws IOException if the image cannot be read
     * @throws IllegalArgumentException if the platform or the name is malformed
     */
    Verdict decide(ImageLocation image, String platform, Instant start) throws IOException {
        ImageVerifier verifier = ImageVerifier.create().withExecutor(threads, parallel);
        AdmissionCache cache = caches.cache(image.toString());
        Admission door = admission
                .withVerifier(platform.isEmpty() ? verifier : verifier.withPlatform(Platform.parse(platform)))
                .withCache(cache);
        String given = demand.name();
        Optional<Reference> name = given == null
                ? image.reference()
                : Optional.of(Reference.parseNormalized(given).withDefaultTag());
        // Of modules that are built at once, one reads the layers.
        synchronized (cache) {
            try (ImageSource source = image.open(network::registry)) {
                return Verdict.of(name.isPresent() ? door.check(source, name.get()) : door.check(source), start);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
