package dev.tallyclerk.trust.notary.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.trust.internal.engine.Signatures;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Any bytes are refused with a typed reason, or are a file of one type that means the same in canonical form. */
class NotaryFileFuzzTest {
    private static final int MAX_BYTES = 1 << 16;
    private static final Set<Reason> REFUSALS =
            Set.of(Reason.MALFORMED, Reason.WRONG_TYPE, Reason.LIMIT_EXCEEDED, Reason.NOT_LISTED);

    @FuzzTest
    void parse(byte[] data) throws NotaryException {
        int types = 0;
        for (String role : List.of(Roles.ROOT, Roles.TIMESTAMP, Roles.SNAPSHOT, Roles.TARGETS, Roles.RELEASES)) {
            NotaryFile file;
            try {
                file = NotaryFile.parse(role, data, MAX_BYTES);
                read(role, file);
            } catch (NotaryException e) {
                assertTrue(REFUSALS.contains(e.reason()), e::toString);
                assertTrue(e.toString().length() < 3_000);
                continue;
            }
            types += role.equals(Roles.RELEASES) ? 0 : 1;
            assertTrue(file.version() >= 1);
            assertMeansTheSameInCanonicalForm(role, file);
        }
        assertTrue(types <= 1);
    }

    private static void read(String role, NotaryFile file) throws NotaryException {
        switch (role) {
            case Roles.ROOT -> {
                RootFile root = RootFile.parse(file.bytes(), MAX_BYTES, Signatures.RUNTIME);
                for (NotaryKey key : RootCertificates.of(root, "docker.io/acme/app", Instant.EPOCH)) {
                    assertTrue(key.publicKey().isPresent());
                }
                root.signersOf(Roles.ROOT).accept(file);
            }
            case Roles.TIMESTAMP, Roles.SNAPSHOT -> Listing.of(file, List.of());
            default -> {
                for (TargetsFile.Child child :
                        TargetsFile.of(file, Signatures.RUNTIME).children()) {
                    assertTrue(child.role().role().startsWith(role + "/"));
                    child.signers().accept(file);
                }
            }
        }
    }

    private static void assertMeansTheSameInCanonicalForm(String role, NotaryFile file) throws NotaryException {
        for (byte b : file.message()) {
            if (b >= 0 && b < ' ') {
                return; // The canonical form has control characters as they are, which JSON forbids.
            }
        }
        ByteArrayOutputStream canonical = new ByteArrayOutputStream();
        canonical.writeBytes("{\"signatures\":[],\"signed\":".getBytes(StandardCharsets.UTF_8));
        canonical.writeBytes(file.message());
        canonical.write('}');
        NotaryFile again = NotaryFile.parse(role, canonical.toByteArray(), 2 * MAX_BYTES);
        assertTrue(again.saysTheSameAs(file));
        assertEquals(file.expires(), again.expires());
    }
}
