package dev.tallyclerk.trust.sigstore;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.attestation.Statement;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.TrustedKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A bundle, what a policy asks of it, and what is expected. */
final class BundleCase {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-12-01T00:00:00Z"), ZoneOffset.UTC);

    private static final String NOTHING = "";

    /** Parsing one takes longer than verifying a bundle. */
    private static final Map<Path, TrustedRoot> ROOTS = new ConcurrentHashMap<>();

    private final Path folder;
    private final JsonCursor json;

    private BundleCase(Path folder, JsonCursor json) {
        this.folder = folder;
        this.json = json;
    }

    /** {@return the folder of the test's own cases} */
    static Path ownFolder() {
        URL index = Objects.requireNonNull(BundleCase.class.getResource("/testdata/sigstore/index.json"));
        try {
            return Objects.requireNonNull(Path.of(index.toURI()).getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return the test's own case} */
    static BundleCase own(String name) {
        return all(ownFolder()).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** {@return the cases of an {@code index.json}} */
    static List<BundleCase> all(Path folder) {
        try {
            byte[] index = Files.readAllBytes(folder.resolve("index.json"));
            JsonCursor root = JsonCursor.parse(index, JsonLimits.ofBytes(16 << 20));
            List<BundleCase> cases = new ArrayList<>();
            for (JsonCursor each : root.required("cases").elements()) {
                if (text(each, "id").startsWith("bundles/")) {
                    cases.add(new BundleCase(folder, each));
                }
            }
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return the expected {@code ACCEPT} or reason of each case, by its name} */
    static Map<String, String> reasons() {
        try {
            Map<String, String> reasons = new LinkedHashMap<>();
            for (String line : Files.readAllLines(ownFolder().resolve("reasons.tsv"))) {
                String[] parts = line.split("\t", -1);
                reasons.put(parts[0], parts[1]);
            }
            return reasons;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return text(json, "id").substring("bundles/".length());
    }

    boolean isAccepted() {
        return text(json, "expect").equals("accept");
    }

    byte[] bundle() {
        return file("bundle");
    }

    byte[] artifact() {
        return file("artifact");
    }

    TrustedRoot root() throws EvidenceException {
        Path file = folder.resolve(text(json, "trustedRoot"));
        TrustedRoot root = ROOTS.get(file);
        if (root == null) {
            root = TrustedRoot.parse(file("trustedRoot"));
            ROOTS.put(file, root);
        }
        return root;
    }

    Optional<TrustedKey> key() {
        if (text(json, "key").isEmpty()) {
            return Optional.empty();
        }
        TrustedKey key = TrustedKey.parse(new String(file("key"), StandardCharsets.UTF_8));
        Map<String, String> validity = texts(member(json, "policy"), "keyValidFor");
        if (validity.containsKey("start")) {
            key = key.withValidFrom(Instant.parse(validity.get("start")));
        }
        if (validity.containsKey("end")) {
            key = key.withValidUntil(Instant.parse(validity.get("end")));
        }
        return Optional.of(key);
    }

    SigstoreThresholds thresholds() {
        JsonCursor require = member(json, "require");
        return new SigstoreThresholds(number(require, "tlog"), number(require, "timestamps"), number(require, "sct"));
    }

    /** {@return the verifier that the case asks for} */
    SigstoreVerifier verifier() throws EvidenceException {
        return SigstoreVerifier.of(root())
                .withTimestampEngine(BouncyCastleTimestamps.create())
                .withClock(CLOCK)
                .withThresholds(thresholds())
                .withKeys(key().stream().toList());
    }

    /** {@return the identity that the case asks for} */
    Optional<CertificateIdentity> identity() {
        JsonCursor policy = member(json, "policy");
        if (text(policy, "identity").isEmpty()) {
            return Optional.empty();
        }
        CertificateIdentity identity = CertificateIdentity.of(text(policy, "identity"), text(policy, "issuer"));
        for (Map.Entry<String, String> extension : texts(policy, "extensions").entrySet()) {
            identity = identity.withExtension(extension.getKey(), extension.getValue());
        }
        return Optional.of(identity);
    }

    /** {@return what a bundle says, verified and judged as the case asks} */
    VerifiedBundle verify(byte[] bundle) throws EvidenceException {
        return judged(verifier().verify(SigstoreBundle.parse(bundle), artifact()));
    }

    /** {@return the same, with an engine for signatures} */
    VerifiedBundle verify(byte[] bundle, SignatureEngine engine) throws EvidenceException {
        return judged(verifier().withSignatureEngine(engine).verify(SigstoreBundle.parse(bundle), artifact()));
    }

    /** {@return what the bundle says, verified as the case asks for the digest of the artifact} */
    VerifiedBundle verifyByDigest() throws EvidenceException {
        return judged(verifier().verify(SigstoreBundle.parse(bundle()), Digest.sha256Of(artifact())));
    }

    private VerifiedBundle judged(VerifiedBundle verified) throws EvidenceException {
        Optional<CertificateIdentity> identity = identity();
        if (identity.isPresent()) {
            identity.get().check(verified);
        }
        String wanted = text(member(json, "policy"), "predicateType");
        if (!wanted.isEmpty()
                && !verified.statement().map(Statement::predicateType).equals(Optional.of(wanted))) {
            throw new EvidenceException(Reason.PREDICATE_MISMATCH, "another predicate");
        }
        return verified;
    }

    private byte[] file(String member) {
        try {
            return Files.readAllBytes(folder.resolve(text(json, member)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonCursor member(JsonCursor of, String name) {
        try {
            return of.required(name);
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(JsonCursor of, String name) {
        try {
            return of.optional(name).isPresent() ? of.required(name).string() : NOTHING;
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> texts(JsonCursor of, String name) {
        try {
            return of.optional(name).isPresent() ? of.required(name).stringMap() : Map.of();
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int number(JsonCursor of, String name) {
        try {
            return (int) of.required(name).integer(0, 100);
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
