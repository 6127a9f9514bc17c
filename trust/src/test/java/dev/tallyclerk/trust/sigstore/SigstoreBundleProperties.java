package dev.tallyclerk.trust.sigstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.JsonMembers;
import dev.tallyclerk.trust.sigstore.internal.BundleParts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SigstoreBundleProperties {
    private static final List<BundleCase> ACCEPTED = BundleCase.all(BundleCase.ownFolder()).stream()
            .filter(BundleCase::isAccepted)
            .toList();

    private static final SigstoreBundle UNLOGGED = unlogged();
    private static final SigstoreVerifier WITHOUT_LOG = withoutLog();
    private static final byte[] ARTIFACT = BundleCase.own("ok-rekor2").artifact();

    private static SigstoreVerifier withoutLog() {
        try {
            return BundleCase.own("ok-rekor2")
                    .verifier()
                    .withThresholds(SigstoreThresholds.defaults().withLogs(0));
        } catch (EvidenceException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SigstoreBundle unlogged() {
        try {
            BundleParts parts =
                    SigstoreBundle.parse(BundleCase.own("ok-rekor2").bundle()).parts();
            return SigstoreBundle.ofSignature(Objects.requireNonNull(parts.signature()))
                    .withCertificate("-----BEGIN CERTIFICATE-----\n"
                            + Base64.getEncoder().encodeToString(parts.leaf()) + "\n-----END CERTIFICATE-----\n")
                    .withTimestamp("{\"SignedRFC3161Timestamp\":\""
                            + Base64.getEncoder()
                                    .encodeToString(parts.timestamps().get(0)) + "\"}");
        } catch (EvidenceException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What nobody signs, so that a change of it may be accepted: the version and the hint of a bundle by a key; the
     * time and the index of an entry without a promise; and the status and other unsigned parts of a timestamp.
     */
    private static final Set<String> UNSIGNED =
            Set.of("mediaType", "hint", "integratedTime", "logIndex", "signedTimestamp");

    /** {@return the texts of a document by their position} */
    private static Map<String, String> texts(byte[] document) {
        try {
            Map<String, String> texts = new TreeMap<>();
            collect(JsonCursor.parse(document, JsonLimits.ofBytes(1 << 20)), texts);
            return texts;
        } catch (JsonException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void collect(JsonCursor at, Map<String, String> texts) throws JsonException {
        switch (at.value().typeName()) {
            case "an object" -> {
                for (JsonCursor member : at.members().values()) {
                    collect(member, texts);
                }
            }
            case "an array" -> {
                for (JsonCursor element : at.elements()) {
                    collect(element, texts);
                }
            }
            default -> texts.put(at.pointer(), CompactJson.of(at.value()));
        }
    }

    private static Set<String> changed(byte[] one, byte[] other) {
        Map<String, String> before = texts(one);
        Map<String, String> after = texts(other);
        Set<String> changed = new TreeSet<>();
        before.forEach((pointer, text) -> {
            if (!text.equals(after.get(pointer))) {
                changed.add(pointer.substring(pointer.lastIndexOf('/') + 1));
            }
        });
        after.keySet().stream()
                .filter(pointer -> !before.containsKey(pointer))
                .forEach(pointer -> changed.add(pointer.substring(pointer.lastIndexOf('/') + 1)));
        return changed;
    }

    /** A change is refused, unless the document says the same, or the change is of something that nobody signs. */
    @Property(tries = 1_500)
    void aChangedByteIsRefused(
            @ForAll @IntRange(max = 1_000) int which,
            @ForAll @IntRange(max = 1_000_000) int at,
            @ForAll @IntRange(max = 7) int bit)
            throws EvidenceException {
        BundleCase each = ACCEPTED.get(which % ACCEPTED.size());
        byte[] bundle = each.bundle();
        byte[] flipped = bundle.clone();
        flipped[at % flipped.length] ^= (byte) (1 << bit);
        VerifiedBundle verified;
        try {
            verified = each.verify(flipped);
        } catch (EvidenceException e) {
            return;
        }
        Set<String> changed = changed(bundle, flipped);
        assertTrue(UNSIGNED.containsAll(changed), () -> each + ": " + changed);
        VerifiedBundle before = each.verify(bundle);
        assertEquals(before.times(), verified.times());
        assertEquals(before.logEntries(), verified.logEntries());
        assertEquals(before.signer(), verified.signer());
        assertEquals(before.notChecked(), verified.notChecked());
    }

    /** Also where no log has the certificate, whose every byte would be compared. */
    @Property(tries = 1_500)
    void aChangedBitOfACertificateIsRefused(
            @ForAll @IntRange(max = 1_000_000) int at, @ForAll @IntRange(max = 7) int bit) throws EvidenceException {
        BundleParts parts = UNLOGGED.parts();
        byte[] leaf = Objects.requireNonNull(parts.leaf()).clone();
        leaf[at % leaf.length] ^= (byte) (1 << bit);
        SigstoreBundle changed = UNLOGGED.withCertificate("-----BEGIN CERTIFICATE-----\n"
                + Base64.getEncoder().encodeToString(leaf) + "\n-----END CERTIFICATE-----\n");
        assertThrows(EvidenceException.class, () -> WITHOUT_LOG.verify(changed, ARTIFACT));
    }

    @Example
    void theCertificateThatIsChangedIsGood() throws EvidenceException {
        assertEquals(1, WITHOUT_LOG.verify(UNLOGGED, ARTIFACT).times().size());
    }

    @Property
    void anyBytesAreReadOrRefused(@ForAll byte[] document) {
        try {
            SigstoreBundle.parse(document);
        } catch (EvidenceException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 400, e.getMessage());
        }
    }

    @Property(tries = 2_000)
    void aDamagedBundleOrRootIsReadOrRefused(
            @ForAll @IntRange(max = 1_000) int which,
            @ForAll @IntRange(max = 1_000_000) int from,
            @ForAll @IntRange(max = 200) int length,
            @ForAll byte value)
            throws EvidenceException {
        byte[] bundle = ACCEPTED.get(which % ACCEPTED.size()).bundle();
        int start = from % bundle.length;
        Arrays.fill(bundle, start, Math.min(bundle.length, start + length), value);
        try {
            SigstoreBundle.parse(bundle);
        } catch (EvidenceException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 400, e.getMessage());
        }
    }

    /** Without a member, a bundle is refused or says the same. */
    @Example
    void withoutAMemberABundleIsRefusedOrNothingIsLost() throws JsonException {
        List<String> accepted = new ArrayList<>();
        for (BundleCase each : ACCEPTED) {
            JsonMembers members = JsonMembers.of(each.bundle());
            for (String pointer : members.pointers()) {
                try {
                    each.verify(members.without(pointer));
                    accepted.add(pointer.replaceAll("/[0-9]+", "/0"));
                } catch (EvidenceException e) {
                    // Refused, as it should be for nearly all.
                }
            }
        }
        assertEquals(
                Set.of(
                        // Hints.
                        "/messageSignature/messageDigest",
                        "/verificationMaterial/publicKey/hint",
                        // Nothing signs them if there is no promise.
                        "/verificationMaterial/tlogEntries/0/integratedTime",
                        "/verificationMaterial/tlogEntries/0/logIndex",
                        // Evidence beside enough other.
                        "/verificationMaterial/timestampVerificationData",
                        "/verificationMaterial/timestampVerificationData/rfc3161Timestamps",
                        "/verificationMaterial/tlogEntries",
                        "/verificationMaterial/tlogEntries/0/inclusionPromise"),
                new TreeSet<>(accepted));
    }

    @Example
    void deepNestingIsRefused() {
        String deep = "{\"mediaType\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        try {
            SigstoreBundle.parse(deep.getBytes(StandardCharsets.UTF_8));
            throw new AssertionError("accepted");
        } catch (EvidenceException e) {
            assertEquals(EvidenceException.Reason.LIMIT_EXCEEDED, e.reason());
        }
    }
}
