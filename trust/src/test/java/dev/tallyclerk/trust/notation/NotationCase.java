package dev.tallyclerk.trust.notation;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A case of the data: an envelope or an image with signatures, a trust policy and a trust store. */
record NotationCase(Path root, JsonCursor entry) {
    /** The time at which cases are judged. */
    static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

    /** {@return the Notation cases of an index} */
    static List<NotationCase> all(Path root) throws IOException, JsonException {
        byte[] index = Files.readAllBytes(root.resolve("index.json"));
        List<NotationCase> cases = new ArrayList<>();
        for (JsonCursor entry : JsonCursor.parse(index, new JsonLimits(10_000_000, 64, 100_000, 64, 1_000_000))
                .required("cases")
                .elements()) {
            if (entry.required("type").string().startsWith("notation")) {
                cases.add(new NotationCase(root, entry));
            }
        }
        return cases;
    }

    String text(String member) {
        try {
            return entry.required(member).string();
        } catch (JsonException e) {
            throw new AssertionError(e);
        }
    }

    String id() {
        return text("id");
    }

    boolean isImage() {
        return text("type").equals("notation-image");
    }

    byte[] envelope() throws IOException {
        return Files.readAllBytes(root.resolve(text("envelope")));
    }

    TargetArtifact target() throws JsonException, IOException {
        if (isImage()) {
            Digest digest = Digest.parse(text("digest"));
            Path manifest = root.resolve(text("layout")).resolve("blobs/sha256").resolve(digest.encoded());
            return new TargetArtifact("application/vnd.oci.image.manifest.v1+json", digest, Files.size(manifest));
        }
        JsonCursor descriptor = entry.required("descriptor");
        return new TargetArtifact(
                descriptor.required("mediaType").string(),
                Digest.parse(descriptor.required("digest").string()),
                descriptor.required("size").integer(0, Long.MAX_VALUE));
    }

    NotationVerifier verifier() throws EvidenceException, IOException, JsonException {
        Optional<JsonCursor> metadata = entry.optional("userMetadata");
        return NotationVerifier.of(
                        NotationTrustPolicy.parse(Files.readAllBytes(root.resolve(text("trustPolicy")))),
                        NotationTrustStore.open(root.resolve(text("trustStore"))))
                .withTimestampEngine(BouncyCastleTimestamps.create())
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .withUserMetadata(metadata.isPresent() ? metadata.get().stringMap() : Map.of());
    }

    NotationResult judge() throws IOException, JsonException {
        try {
            NotationVerifier verifier = verifier();
            Reference reference = Reference.parse(text("reference"));
            return isImage()
                    ? verifier.verify(new LayoutAttachments(root.resolve(text("layout"))), target(), reference)
                    : verifier.verify(NotationEnvelope.parse(envelope(), text("envelopeType")), target(), reference);
        } catch (EvidenceException e) {
            return new NotationResult.Refused(e.reason(), String.valueOf(e.getMessage()), List.of());
        }
    }

    /** {@return outcome, reason and logged validations, separated by tabs} */
    String verdict() throws IOException, JsonException {
        return judge().fold(
                        verified -> "accept\t-\t" + logged(verified),
                        skipped -> "skip\t-\t-",
                        refused -> "refuse\t" + refused.reason() + "\t-");
    }

    private static String logged(NotationResult.Verified verified) {
        String logged = verified.statement().evidence().notChecked().stream()
                .filter(text -> text.contains(": failed"))
                .map(text -> text.substring(0, text.indexOf(':')))
                .collect(Collectors.joining(","));
        return logged.isEmpty() ? "-" : logged;
    }
}
