package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.internal.json.CanonicalJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.state.DelegationTable;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.Root;
import dev.tallyclerk.trust.tuf.metadata.SignedPart;
import dev.tallyclerk.trust.tuf.metadata.Snapshot;
import dev.tallyclerk.trust.tuf.metadata.Targets;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeMap;

/** Any bytes are refused with a typed reason, or are metadata of one role that means the same in canonical form. */
class MetadataFuzzTest {
    private static final int MAX_BYTES = 1 << 16;
    private static final TufLimits LIMITS = new TufLimits(MAX_BYTES, MAX_BYTES, MAX_BYTES, MAX_BYTES, 1, 1, 1, 0);
    private static final Set<Reason> REFUSALS = Set.of(
            Reason.MALFORMED,
            Reason.WRONG_TYPE,
            Reason.UNSUPPORTED_SPEC_VERSION,
            Reason.DUPLICATE_SIGNATURE,
            Reason.LIMIT_EXCEEDED);

    @FuzzTest
    void parse(byte[] data) throws JsonException {
        UnverifiedMetadata metadata;
        try {
            metadata = UnverifiedMetadata.parse(data, LIMITS);
        } catch (TufException e) {
            assertTrue(REFUSALS.contains(e.reason()), e::toString);
            assertTrue(e.toString().length() < 3_000);
            assertNoRoot(data);
            return;
        }
        assertTrue(metadata.content().version() >= 1);
        assertMeansTheSameInCanonicalForm(data, metadata);
        if (metadata.content() instanceof Root) {
            assertTrustedOnlyIfSigned(data, metadata);
        } else {
            assertNoRoot(data);
        }
        if (metadata.content() instanceof Targets targets) {
            assertDelegationsAreFound(targets);
        }
    }

    private static void assertNoRoot(byte[] data) {
        assertFalse(isTrusted(data, KeyIds.ANY));
    }

    private static void assertTrustedOnlyIfSigned(byte[] data, UnverifiedMetadata metadata) {
        boolean trusted = isTrusted(data, KeyIds.ANY);
        assertTrue(!trusted || !metadata.keyIds().isEmpty());
        assertTrue(trusted || !isTrusted(data, KeyIds.RECOMPUTED));
    }

    private static boolean isTrusted(byte[] data, KeyIds keyIds) {
        try {
            TrustedMetadata.start(data, SignatureEngine.runtime(), LIMITS, keyIds);
            return true;
        } catch (TufException e) {
            assertTrue(e.toString().length() < 3_000);
            return false;
        }
    }

    /** Each path that a role's own patterns name is one of its, found by the table and by a scan alike. */
    private static void assertDelegationsAreFound(Targets targets) {
        DelegationTable table = DelegationTable.of(targets.delegations(), MetadataRole.of(TopLevelRole.TARGETS));
        if (targets.delegations() instanceof Delegations.Listed listed) {
            for (Delegations.Role role : listed.roles()) {
                assertEquals(
                        role.name(),
                        table.named(role.name()).orElseThrow().role().name());
            }
        } else if (targets.delegations() instanceof Delegations.Succinct bins) {
            assertTrue(table.named(bins.binOf("a/path")).isPresent());
        }
    }

    private static void assertMeansTheSameInCanonicalForm(byte[] data, UnverifiedMetadata metadata)
            throws JsonException {
        JsonCursor signed =
                JsonCursor.parse(data, JsonLimits.ofBytes(MAX_BYTES)).required("signed");
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            file.writeBytes("{\"signatures\":[],\"signed\":".getBytes(StandardCharsets.US_ASCII));
            file.writeBytes(CanonicalJson.encode(signed));
            file.write('}');
        } catch (JsonException e) {
            return; // fractions in members that nobody knows have no canonical form
        }
        SignedPart again;
        try {
            again = UnverifiedMetadata.parse(file.toByteArray(), LIMITS).content();
        } catch (TufException e) {
            // Control characters are raw in the form, so that not every one is JSON.
            assertEquals(Reason.MALFORMED, e.reason());
            return;
        }
        assertEquals(described(metadata.content()), described(again));
    }

    private static String described(SignedPart part) {
        String header = part.version() + " " + part.expires() + " " + part.specVersion() + " ";
        if (part instanceof Snapshot snapshot) {
            return header + new TreeMap<>(snapshot.meta());
        }
        if (part instanceof Targets targets) {
            return header
                    + targets.targets().keySet().stream().sorted().toList()
                    + targets.delegations().hashCode();
        }
        return part instanceof Root root
                ? header + root.keys().hashCode() + root.roles().hashCode()
                : header + part;
    }
}
