package dev.tallyclerk.testcontainers;

import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.admission.Acceptance;
import dev.tallyclerk.registry.admission.AcceptanceStore;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.policy.TrustPolicy;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The images that were decided on, each once. */
final class VerifiedImages {
    private static final List<String> POLICIES =
            List.of("tallyclerk-policy.yaml", "tallyclerk-policy.yml", "tallyclerk-policy.json");
    private static final List<String> TRUST =
            List.of("tallyclerk-trust.yaml", "tallyclerk-trust.yml", "tallyclerk-trust.json");

    private final Settings settings;
    private final Path folder;
    private final Clock clock;
    private final Map<Reference, Answer> answers = new ConcurrentHashMap<>();

    /** The name to pull an image by, or why it is refused. */
    private record Answer(Optional<Reference> pinned, String reason) {}

    /** @param folder the folder of the project, which has the policies */
    VerifiedImages(Settings settings, Path folder, Clock clock) {
        this.settings = settings;
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * {@return the name with the digest of an accepted image}
     *
     * @throws ImageRefusedException if it is not accepted, or cannot be decided on
     */
    Reference pinned(Reference name) {
        // Several tests may start with one image; the first one verifies it.
        Answer answer = answers.computeIfAbsent(name, this::answer);
        return answer.pinned().orElseThrow(() -> new ImageRefusedException(answer.reason()));
    }

    private Answer answer(Reference name) {
        try {
            Policies policies = Policies.in(
                    folder, found(settings.policy(), POLICIES), found(settings.trust(), TRUST), settings.store());
            return decided(name, policies);
        } catch (IOException | IllegalArgumentException e) {
            // Not kept: the registry may answer the next test.
            throw new ImageRefusedException(
                    Quoted.printable(name + " cannot be verified, so it is not run: " + e.getMessage()), e);
        }
    }

    private Optional<Path> found(Optional<Path> named, List<String> usual) {
        return named.map(folder::resolve)
                .or(() -> usual.stream()
                        .map(folder::resolve)
                        .filter(Files::exists)
                        .findFirst());
    }

    private Answer decided(Reference name, Policies policies) throws IOException {
        String question = question(name, policies);
        Optional<AcceptanceStore> store = store();
        Optional<Acceptance> known = store.flatMap(each -> each.find(question));
        if (known.isPresent()) {
            return new Answer(
                    Optional.of(name.withoutTag().withDigest(known.get().image())), "");
        }
        Instant start = clock.instant();
        ReadFiles files = new ReadFiles();
        policies.files().forEach(files::add);
        AdmissionResult result = policies.decide(name, settings.platformOrDefault(), files::add);
        if (!result.isAccepted() || result.pinned().isEmpty()) {
            if (store.isPresent()) {
                store.get().forget(question);
            }
            return new Answer(
                    Optional.empty(),
                    Quoted.printable(name + " is not run: " + result.decision().kind() + ": "
                            + String.join("; ", result.decision().because()) + " (by " + policies + ")"));
        }
        if (store.isPresent() && files.areAllKnown()) {
            Instant until = start.plus(settings.acceptedFor());
            Acceptance acceptance = new Acceptance(
                    result.manifestDigest().orElseThrow(),
                    start,
                    result.validUntil(start).filter(until::isAfter).orElse(until),
                    files.fingerprints());
            keep(store.get(), question, acceptance, name);
        }
        return new Answer(result.pinned(), "");
    }

    private Optional<AcceptanceStore> store() throws IOException {
        return settings.acceptedFor().isZero()
                ? Optional.empty()
                : Optional.of(AcceptanceStore.open(settings.store().resolve("accepted"), clock)
                        .withMaxAge(settings.acceptedFor()));
    }

    private static void keep(AcceptanceStore store, String question, Acceptance acceptance, Reference name) {
        try {
            store.keep(question, acceptance);
        } catch (IOException e) {
            throw new ImageRefusedException(
                    Quoted.printable(name + " is accepted, but not run, because that cannot be kept: " + e), e);
        }
    }

    private String question(Reference name, Policies policies) throws IOException {
        List<String> parts = new ArrayList<>(List.of(name.toString(), settings.platformOrDefault()));
        policies.files().forEach(file -> parts.add(file.toString()));
        // The code decides too, so other code decides anew.
        for (Class<?> type : List.of(VerifiedImages.class, Policy.class, AcceptanceStore.class, TrustPolicy.class)) {
            Path jar = jar(type);
            parts.add(jar + " " + Files.size(jar) + " "
                    + Files.getLastModifiedTime(jar).toMillis());
        }
        return parts.stream().map(part -> part.length() + ":" + part).collect(Collectors.joining());
    }

    private static Path jar(Class<?> type) throws IOException {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IOException("the place of " + type + " is not known");
        }
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(source.getLocation() + " is no file", e);
        }
    }
}
